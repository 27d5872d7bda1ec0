/** Waits for both to end, also when one fails: what it has started is closed by then. @throws what either threw */
export async function bothOf<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([a, b]);
  return await Promise.all([a, b]);
}
