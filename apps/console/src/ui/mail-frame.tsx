import { useEffect, useRef } from 'react';

/** A link in the frame itself would take the mail's place; one to a new window is refused by the sandbox. The mail's own doctype is ignored. */
const WITHOUT_WAY_OUT = '<!doctype html><base target="_blank">';

/**
 * The mail as HTML, where it can do nothing: in a sandbox without scripts, and without this page's origin. What is in a `srcdoc` inherits
 * the content security policy of the document around it; that of this page would take a mail its styles. So an empty document with a
 * policy of its own lies between (`mail-frame.html`): it allows styles, and nothing that is loaded or run.
 */
export function MailFrame({ html, title }: { readonly html: string; readonly title: string }) {
  const outer = useRef<HTMLIFrameElement>(null);
  useEffect(() => {
    const frame = outer.current;
    if (frame === null) return undefined;
    const fill = (): void => {
      const around = frame.contentDocument;
      if (around === null || around.URL === 'about:blank') return;
      const inner = around.createElement('iframe');
      inner.setAttribute('sandbox', '');
      inner.title = title;
      inner.srcdoc = WITHOUT_WAY_OUT + html;
      around.body.replaceChildren(inner);
    };
    frame.addEventListener('load', fill);
    fill();
    return () => frame.removeEventListener('load', fill);
  }, [html, title]);
  return <iframe ref={outer} className="mail-frame" title={title} src="/console/mail-frame.html" sandbox="allow-same-origin" />;
}
