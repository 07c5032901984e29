import type { Command, TemplateContent } from './command.ts';

/** One kind of mail in the demo's traffic, made for the n-th command: deterministic, and different for every n. */
export interface Kind {
  readonly name: string;
  make(n: number): Command;
}

const address = (name: string, n: number): string => `${name}-${n}@players.example`;

/** Bytes of every value, so that a broken encoding shows. */
function bytes(length: number, n: number): string {
  return Buffer.from(Array.from({ length }, (_, index) => (index * 7 + n) % 256)).toString('base64');
}

function turnReady(n: number, locale: string): TemplateContent {
  const events = [
    { title: `Your scouts reached sector ${n}`, detail: 'Two unknown ships left it: "Kormoran" & <Fähre>.' },
    { title: 'The trade agreement with the Vega League was signed' },
    { title: 'Kepler Station was attacked — 木星の艦隊 🚀' },
  ];
  return {
    mode: 'template',
    template_id: 'game.turn_ready',
    locale,
    variables: {
      player_name: `Zoë O'Brien ${n}`,
      game_name: 'Andromeda & Söhne',
      turn: n + 1,
      events: events.slice(0, n % 4),
      game_url: `https://play.example.com/games/7/turns/${n}?from=mail&lang=${locale}`,
      ...(n % 2 === 0 ? { deadline: 'Friday, 20:00 UTC' } : {}),
    },
  };
}

function notification(n: number, locale: string): TemplateContent {
  return {
    mode: 'template',
    template_id: 'notification.generic',
    locale,
    variables: {
      title: `Export ${n} is ready — größer & schöner`,
      body: `The export that you asked for is ready.\n\nIt has ${n} files & stays available for <seven> days.`,
      ...(n % 2 === 0 ? { action_label: 'Download it', action_url: `https://app.example.com/exports/${n}?format=zip&n=${n}` } : {}),
    },
  };
}

/** The kinds, in the order in which they take turns. */
export const kinds: readonly Kind[] = [
  {
    name: 'rendered, text only',
    make: (n) => ({
      to: [address('text', n)],
      content: { mode: 'rendered', subject: `Invoice ${n}`, text: `Dear customer,\n\ninvoice ${n} is due.\n\nThank you.\n` },
    }),
  },
  { name: 'template game.turn_ready, en', make: (n) => ({ to: [address('turn', n)], content: turnReady(n, 'en'), tags: { game: '7' } }) },
  {
    name: 'rendered, Unicode',
    make: (n) => ({
      to: [address('unicode', n)],
      content: {
        mode: 'rendered',
        subject: `Grüße ${n} aus Zürich — こんにちは, Привет, 👩🏽‍🚀 und sehr viel mehr, was über eine Zeile der Kopfzeilen hinausgeht`,
        text: `Schöne Grüße, Nr. ${n}: こんにちは 👩🏽‍🚀 — „fertig“.\n`,
        html: `<p lang="de">Schöne Grüße, Nr. ${n}: <b>こんにちは</b> 👩🏽‍🚀 — „fertig“.</p>`,
      },
    }),
  },
  { name: 'template game.turn_ready, de-AT', make: (n) => ({ to: [address('zug', n)], content: turnReady(n, 'de-AT') }) },
  {
    name: 'template notification.generic, fr',
    make: (n) => ({ to: [address('avis', n)], content: notification(n, 'fr'), priority: 'bulk' }),
  },
  {
    name: 'attachments',
    make: (n) => ({
      to: [address('files', n)],
      content: { mode: 'rendered', subject: `Report ${n}`, text: 'The report is attached.\n', html: '<p>The report is attached.</p>' },
      attachments: [
        { filename: `Bericht für Zoë ${n}.pdf`, content_type: 'application/pdf', content_base64: bytes(3000 + n, n) },
        {
          filename: 'data.csv',
          content_type: 'text/csv; charset=utf-8',
          content_base64: Buffer.from(`n;grüße\n${n};1\n`).toString('base64'),
        },
      ],
    }),
  },
  {
    name: 'several recipients, cc and bcc',
    make: (n) => ({
      to: [address('to-a', n), address('to-b', n)],
      cc: [address('cc', n)],
      bcc: [address('bcc-a', n), address('bcc-b', n)],
      reply_to: [address('reply', n)],
      content: { mode: 'rendered', subject: `To many of you (${n})`, text: 'Hello everybody.\n' },
    }),
  },
  {
    name: 'template notification.generic, de-AT',
    make: (n) => ({ to: [address('hinweis', n)], content: notification(n, 'de-AT') }),
  },
  {
    name: 'custom headers, high priority',
    make: (n) => ({
      to: [address('urgent', n)],
      priority: 'high',
      headers: { 'X-Campaign': `spring-${n}`, 'List-Unsubscribe': `<https://example.com/u/${n}>` },
      tags: { tenant: `t${n % 5}` },
      content: { mode: 'rendered', subject: `Urgent ${n}`, html: `<p>Now: <em>${n}</em></p>` },
    }),
  },
  {
    name: 'rendered, awkward lines',
    make: (n) => ({
      to: [address('lines', n)],
      content: {
        mode: 'rendered',
        subject: `  Lines, "quotes" and =?utf-8?Q?words?= ${n}`,
        text: `.\n..\n.starts with a dot\nFrom here\r\na very long line: ${'x'.repeat(1200)}\n\ttab and trailing spaces   \n-- \n${n}\n`,
      },
    }),
  },
];
