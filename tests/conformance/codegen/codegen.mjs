// Generates typed documents with the client preset; run in a folder that holds schema.graphql and src/.
import { generate } from "@graphql-codegen/cli";

await generate(
  {
    schema: "schema.graphql",
    documents: ["src/**/*.ts"],
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
          },
        },
      },
    },
  },
  true,
);
