import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Pages are served under `/` and `/dashboard/…`; what they load lies under `/dashboard/static/` and never on another host. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/dashboard/static/',
  plugins: [react()],
  build: {
    target: 'es2022',
    outDir: 'dist',
    // Data URLs would need a wider Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
  },
});
