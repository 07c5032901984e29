import type { OutgoingMail } from '../src/outgoing-mail.js';
import { aMail } from './a-mail.js';

/** What the committed `golden/<name>.eml` files were composed from. */
export const goldenMails: Readonly<Record<'text' | 'alternative' | 'mixed' | 'related', OutgoingMail>> = {
  text: aMail({ headers: { 'X-Campaign': 'spring', 'List-Unsubscribe': '<https://example.com/unsubscribe?id=1>' } }),
  alternative: aMail({
    addresses: ['ada@example.com', 'grace@example.com'],
    cc: ['edsger@example.com'],
    replyTo: ['help@example.com'],
    subject: 'Your turn in “Quadrant 7”, Captain',
    text: 'It is your turn.\r\n\r\n.hidden line\r\nFrom here on = everything \r\n',
    html: `<p style="color:#123456">${'It is your turn. '.repeat(12)}</p>\n<p>Grüße</p>`,
  }),
  mixed: aMail({
    addresses: ['jörg@xn--bcher-kva.example'],
    from: { email: 'noreply@mail.example.com', name: 'Galaxie „Süd“' },
    subject: 'Übersicht für Jörg: こんにちは世界、今日のターンの準備ができました 🚀 — bitte prüfen',
    text: 'Привет, мир! Это длинная строка, которая не помещается в одну строку письма.\n',
    html: '<p>世界 &amp; 🚀</p>',
    attachments: [
      { filename: 'report.txt', contentType: 'text/plain; charset=utf-8', content: Buffer.from('zwei\nZeilen\n') },
      {
        filename: 'Übersicht der Flotten im südlichen Quadranten, Stand Jänner 2026.pdf',
        contentType: 'application/pdf',
        content: Buffer.alloc(150, 7),
      },
    ],
  }),
  related: aMail({
    subject: 'Your invitation',
    text: 'You are invited.\n',
    html: '<p><img src="cid:logo@example.com" alt="Galaxy"> You are invited.</p>',
    attachments: [
      { filename: 'logo.png', contentType: 'image/png', content: Buffer.alloc(60, 3), contentId: 'logo@example.com' },
      {
        filename: 'invite.ics',
        contentType: 'text/calendar; charset="UTF-8"; method="REQUEST"',
        content: Buffer.from('BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n'),
      },
    ],
  }),
};
