/** One mail as every contender gets it. */
export interface BenchMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Whether a mail is one of many, one of which the time is taken, or one that must overtake the many. */
export type MailKind = 'mail' | 'probe' | 'urgent';

const EVENTS = ['Your scouts reached the Orion Gate', 'Trade agreement with the Vega League signed', 'Kepler Station was attacked'];

const urlOf = (number: number): string => `https://play.example.com/games/andromeda-rising/turns/${number}`;

function eventsOf(number: number): string[] {
  return EVENTS.map((event) => `${event}, which has cost ${number} credits. What to do about it is yours to decide in this turn.`);
}

/** The recipient tells the sink which mail it is. */
export function addressOf(number: number, kind: MailKind): string {
  return `${kind === 'mail' ? 'm' : 'p'}${number}@bench.example`;
}

/** About 2 KB as multipart text and HTML, and no two alike. */
export function benchMail(number: number, kind: MailKind = 'mail'): BenchMail {
  const url = urlOf(number);
  const paragraphs = eventsOf(number);
  return {
    to: addressOf(number, kind),
    subject: `Andromeda Rising: turn ${number} is ready`,
    text: `Hello player ${number},\r\n\r\n${paragraphs.join('\r\n\r\n')}\r\n\r\nPlay: ${url}\r\n\r\n-- \r\nYou get this message because of your account.\r\n`,
    html:
      `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Turn ${number}</title></head>` +
      `<body style="margin:0;background:#eef1f6;font-family:Helvetica,Arial,sans-serif"><div style="max-width:560px;margin:0 auto;padding:32px;background:#ffffff">` +
      `<h1 style="margin:0;font-size:24px;line-height:1.3">Hello player ${number}</h1>` +
      paragraphs.map((text) => `<p style="font-size:16px;line-height:1.55;color:#1d2433">${text}</p>`).join('') +
      `<a href="${url}" style="display:inline-block;padding:14px 26px;border-radius:8px;background:#3b4fd8;color:#ffffff">Play</a>` +
      `</div></body></html>`,
  };
}

/** The same through a template of the bench's own: what a caller then hands over is the template's variables. */
export function templateContent(number: number): Record<string, unknown> {
  return {
    mode: 'template',
    template_id: 'bench.turn_ready',
    locale: 'en',
    variables: { player: `player ${number}`, turn: number, url: urlOf(number), events: eventsOf(number) },
  };
}
