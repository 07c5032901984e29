import { defineConfig } from 'vite';

// The bundle that ships is React's production build. Vite keeps a NODE_ENV that it finds, so a build started by a test would be another.
process.env['NODE_ENV'] = 'production';
delete process.env['VITE_USER_NODE_ENV'];

// Everything is bundled: what is served are static files from our own listener, and nothing from anywhere else.
export default defineConfig({
  base: '/console/',
  publicDir: 'public',
  // No variable, no .env file and no PostCSS configuration of a folder above reaches the bundle.
  envDir: false,
  envPrefix: [],
  css: { postcss: {} },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // Nothing is inlined: the content security policy allows no data: script or style.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    rolldownOptions: {
      // `use client` of packages is for servers that render; there is none here.
      onLog: (level, log, say) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') say(level, log);
      },
    },
  },
});
