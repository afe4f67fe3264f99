// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A map that never changes, its keys in order. There are as many as there are pods in a cluster,
/// most with two or three labels: one takes a third of the memory of a tree.
final class CompactMap<V> extends AbstractMap<String, V> {

  private final String[] keys;
  private final Object[] values;

  private CompactMap(String[] keys, Object[] values) {
    this.keys = keys;
    this.values = values;
  }

  static <V> Map<String, V> copyOf(Map<String, V> map) {
    if (map instanceof CompactMap<V>) {
      return map;
    }
    Map<String, V> sorted = new TreeMap<>(map);
    return new CompactMap<>(
        sorted.keySet().toArray(String[]::new), sorted.values().toArray(Object[]::new));
  }

  private int find(@Nullable Object key) {
    return key instanceof String text ? Arrays.binarySearch(keys, text) : -1;
  }

  @SuppressWarnings("unchecked") // filled by copyOf only
  private V value(int index) {
    return (V) values[index];
  }

  @Override
  public @Nullable V get(@Nullable Object key) {
    int index = find(key);
    return index < 0 ? null : value(index);
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    return find(key) >= 0;
  }

  @Override
  public int size() {
    return keys.length;
  }

  @Override
  public Set<Map.Entry<String, V>> entrySet() {
    return new AbstractSet<>() {

      @Override
      public int size() {
        return keys.length;
      }

      @Override
      public Iterator<Map.Entry<String, V>> iterator() {
        return entries();
      }
    };
  }

  private Iterator<Map.Entry<String, V>> entries() {
    return new Iterator<>() {

      private int next;

      @Override
      public boolean hasNext() {
        return next < keys.length;
      }

      @Override
      public Map.Entry<String, V> next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        int index = next++;
        return new SimpleImmutableEntry<>(keys[index], value(index));
      }
    };
  }
}
