import { mount } from "svelte";
import App from "./App.svelte";
import { updates } from "./updates";
import { createUrqlClient } from "./urql-client.mjs";
import "./style.css";

const client = createUrqlClient({ url: new URL("/graphql", location.href).href, updates });
const code = new URLSearchParams(location.search).get("place") ?? "320583";
mount(App, { target: document.getElementById("app")!, props: { client, code } });
