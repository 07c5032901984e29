/* global document, location, fetch, addEventListener, setInterval */
// The inbox page: a list that follows what arrives, and one mail. Everything from a mail goes in as text, or into a sandboxed frame.
const list = document.querySelector('#list');
const count = document.querySelector('#count');
const empty = document.querySelector('#empty');
const search = document.querySelector('#search');
const article = document.querySelector('#mail');
const template = document.querySelector('#mail-template');
const REFRESH_MS = 2000;
let shown = '';
let chosen;

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

const time = (iso) => new Date(iso).toLocaleTimeString();
const subjectOf = ({ subject }) => subject || '(no subject)';

function listItem(mail) {
  const button = element('button', undefined, { type: 'button', 'aria-current': String(mail.id === chosen) });
  button.append(
    element('strong', subjectOf(mail)),
    element('time', time(mail.received_at), { datetime: mail.received_at }),
    element('span', `${mail.has_attachments ? '📎 ' : ''}${mail.to || mail.rcpt_to.join(', ')}`),
  );
  button.addEventListener('click', () => {
    location.hash = String(mail.id);
  });
  const item = element('li');
  item.append(button);
  return item;
}

async function refresh() {
  const words = search.value.trim();
  const response = await fetch(`/api/summaries?search=${encodeURIComponent(words)}`);
  const { total, mails } = await response.json();
  const next = JSON.stringify([words, total, chosen, mails.length, mails[0]?.id]);
  if (next === shown) return;
  shown = next;
  count.textContent = `${total} ${total === 1 ? 'mail' : 'mails'}${words === '' ? '' : `, ${mails.length} shown`}`;
  document.title = total === 0 ? 'Local inbox' : `Local inbox (${total})`;
  empty.hidden = mails.length > 0;
  empty.textContent = words === '' ? 'No mail yet.' : 'Nothing matches.';
  list.replaceChildren(...mails.map(listItem));
}

function panel(mail, view) {
  if (view === 'html') return element('iframe', undefined, { sandbox: '', title: 'HTML body', src: `/api/mails/${mail.id}.html` });
  if (view === 'headers') return element('pre', mail.headers.join('\n'));
  if (view === 'text') return element('pre', mail.text ?? '');
  const source = element('pre', 'Loading …');
  void fetch(`/api/mails/${mail.id}.eml`)
    .then((response) => response.text())
    .then((text) => {
      source.textContent = text;
    });
  return source;
}

async function showMail() {
  const id = Number(location.hash.slice(1));
  if (!(id > 0)) return;
  chosen = id;
  const response = await fetch(`/api/mails/${id}`);
  if (!response.ok) {
    article.replaceChildren(element('p', 'This mail is no longer kept.', { class: 'quiet placeholder' }));
    return;
  }
  const mail = await response.json();
  const content = template.content.cloneNode(true);
  content.querySelector('.subject').textContent = subjectOf(mail);
  const facts = [
    ['From', mail.from],
    ['To', mail.to],
    ['Envelope', `${mail.mail_from || '<>'} → ${mail.rcpt_to.join(', ')}`],
    ['Received', new Date(mail.received_at).toLocaleString()],
    ['Message-ID', mail.message_id ?? 'none'],
    ['Size', `${mail.bytes.toLocaleString()} bytes`],
  ];
  content.querySelector('.facts').append(...facts.flatMap(([name, value]) => [element('dt', name), element('dd', value)]));
  content.querySelector('.attachments').append(
    ...mail.attachments.map(({ filename, bytes }, index) => {
      const item = element('li');
      item.append(
        element('a', `📎 ${filename ?? 'attachment'} (${bytes.toLocaleString()} bytes)`, { href: `/api/mails/${id}/attachments/${index}` }),
      );
      return item;
    }),
  );
  const tabs = [...content.querySelectorAll('.tabs button')];
  const view = content.querySelector('.view');
  const choose = (tab) => {
    for (const other of tabs) other.setAttribute('aria-selected', String(other === tab));
    view.replaceChildren(panel(mail, tab.dataset.view));
  };
  for (const tab of tabs) {
    if (tab.dataset.view === 'html') tab.disabled = !mail.has_html;
    tab.addEventListener('click', () => choose(tab));
  }
  article.replaceChildren(content);
  choose(tabs.find((tab) => !tab.disabled));
  await refresh();
}

search.addEventListener('input', () => void refresh());
addEventListener('hashchange', () => void showMail());
setInterval(() => document.hidden || refresh().catch(() => (count.textContent = 'The inbox has ended.')), REFRESH_MS);
await refresh();
await showMail();
