import { useLayoutEffect, useState, type RefObject } from 'react';

/** Whether an element holds more than it shows across: then it has to be reachable by the keyboard, to be scrolled. */
export function useOverflow(of: RefObject<HTMLElement | null>): boolean {
  const [isOverflowing, setOverflowing] = useState(false);
  useLayoutEffect(() => {
    const element = of.current;
    const content = element?.firstElementChild;
    if (element === null || content === null || content === undefined) return undefined;
    const look = (): void => setOverflowing(element.scrollWidth > element.clientWidth);
    const observer = new ResizeObserver(look);
    observer.observe(element);
    observer.observe(content);
    look();
    return () => observer.disconnect();
  }, [of]);
  return isOverflowing;
}
