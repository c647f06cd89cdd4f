import { solidStart } from "@solidjs/start/config";
import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vite";
import { singlePageHtml } from "./single-page-html.ts";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [tailwindcss(), solidStart({ ssr: false, devOverlay: false }), singlePageHtml()],
});
