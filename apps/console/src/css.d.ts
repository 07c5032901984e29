// Styles are side effects: Vite gathers them into one file.
declare module '*.css';
