import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient } from './api/use-answer.js';
import { Console } from './console.js';
import { LiveProvider } from './live.js';
import './style/tokens.css';
import './style/base.css';
import './style/layout.css';
import './style/controls.css';
import './style/parts.css';
import './style/tables.css';
import './style/overview.css';
import './style/lists.css';
import './style/details.css';

const root = document.getElementById('console');
if (root === null) throw new Error('the page has no place for the console');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <LiveProvider>
        <Console />
      </LiveProvider>
    </QueryClientProvider>
  </StrictMode>,
);
