import { useEffect, useState } from "preact/hooks";

/** Whether the window answers to a query such as "(max-width: 46rem)"; followed as it changes. */
export function useMedia(query: string): boolean {
  const [holds, setHolds] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const asked = matchMedia(query);
    const follow = (): void => { setHolds(asked.matches); };
    follow();
    asked.addEventListener("change", follow);
    return () => { asked.removeEventListener("change", follow); };
  }, [query]);
  return holds;
}
