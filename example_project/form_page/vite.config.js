import { fileURLToPath } from "node:url";

import { defineConfig } from "vite";

// the client as `manage.py generate_clients` writes it; a real project installs its package instead
const client = process.env.CLIENT ?? fileURLToPath(new URL("../../generated/clients/typescript/public", import.meta.url));

export default defineConfig({
  base: "./",
  resolve: { alias: { "backk-example-microservice-client": `${client}/src/index.ts` } },
  server: { host: "127.0.0.1" },
});
