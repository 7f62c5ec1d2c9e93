// Prints the file of trusted operations: what Apollo and urql make of an operation before they hash it.
import { addTypenameToDocument } from "@apollo/client/utilities";
import { gql } from "@apollo/client";
import { createRequest, formatDocument, stringifyDocument } from "@urql/core";
import { print } from "graphql";
import { LIST, ONE } from "./operations.mjs";
import { manifestOf } from "./manifest.mjs";

const apollo = print(addTypenameToDocument(gql(LIST)));
const urql = stringifyDocument(formatDocument(createRequest(LIST, {}).query));
console.log(JSON.stringify({ ...manifestOf([apollo, urql]), one: ONE }));
