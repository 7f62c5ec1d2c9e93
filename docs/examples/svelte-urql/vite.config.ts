import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

// The app asks its own address, and what serves the app passes that on: no other origin is involved.
const proxy = { "/graphql": { target: process.env.ROADSHOW ?? "http://localhost:8000", ws: true } };

export default defineConfig({ plugins: [svelte()], server: { proxy }, preview: { proxy } });
