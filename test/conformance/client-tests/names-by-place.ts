/** Groups tests by what stands in front of their names' first dot: the suite, or the module. */
export function namesByPlace(names: readonly string[]): (readonly string[])[] {
  const places = new Map<string, string[]>();
  for (const name of names) {
    const place = name.split(".")[0] ?? "";
    places.set(place, [...(places.get(place) ?? []), name]);
  }
  return [...places.values()];
}
