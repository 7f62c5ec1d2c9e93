import { ErrorLink } from "@apollo/client/link/error";
import { ApolloProvider } from "@apollo/client/react";
import { prerenderStatic } from "@apollo/client/react/ssr";
import { renderToString } from "react-dom/server";
import { createApolloClient } from "./apollo-client.mjs";
import { App } from "./App";

/** The page's HTML and the cache behind it, for one visitor; empty if something failed. */
export async function render(url: string, code: string, language: string) {
  const client = createApolloClient({
    url,
    rendering: true,
    fetch: (input, init) => {
      const headers = new Headers(init?.headers);
      headers.set("accept-language", language); // the texts must be in the language that the browser will ask for
      return fetch(input, { ...init, headers });
    },
  });
  const tree = (
    <ApolloProvider client={client}>
      <App code={code} />
    </ApolloProvider>
  );
  let failed = false;
  client.setLink(new ErrorLink(() => void (failed = true)).concat(client.link));
  const { result } = await prerenderStatic({ tree, renderFunction: renderToString });
  // What fails here the browser asks for again, and says what is wrong: a cache holds no errors.
  return failed ? { html: "", state: {} } : { html: result, state: client.extract() };
}
