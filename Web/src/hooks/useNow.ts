import { useEffect, useState } from 'react';

/** The local time, drawn again every `every` ms: for ages, which go on while nothing happens. */
export function useNow(every = 1000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
