import type { CodegenConfig } from "@graphql-codegen/cli";

const config: CodegenConfig = {
  schema: "schema.graphql",
  documents: ["src/**/*.{ts,tsx,graphql}"],
  generates: {
    "src/generated/": {
      preset: "client",
      config: {
        useTypeImports: true,
        strictScalars: true,
        enumsAsTypes: true,
        scalars: {
          CurrencyCode: "string",
          Date: "string",
          DateTime: "string",
          Decimal: "string",
          JSON: "unknown",
          LanguageTag: "string",
          PartialDateText: "string",
          ZonedDateTime: "string",
        },
      },
    },
  },
};

export default config;
