// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.bird.rib.Source;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The peers paths come from, and ourselves, by dense numbers; those of removed ones come back
/// first. Shared by the tables of all families. One owner.
public final class Sources {

  /// No more sources than this.
  public static final int LIMIT = 1 << 20;

  private @Nullable Source[] sources = new Source[16];
  private byte[] kinds = new byte[16];
  private int[] identifiers = new int[16];
  private int[] paths = new int[16];
  private int[] freed = new int[16];
  private int freedCount;
  private int limit;

  /// @throws TableFullException if all numbers are taken
  public int add(Source source) {
    int id = freedCount > 0 ? freed[freedCount - 1] : limit;
    if (id == LIMIT) {
      throw new TableFullException("no room for more than %,d sources of routes".formatted(LIMIT));
    }
    reach(id + 1);
    freedCount = Math.max(0, freedCount - 1);
    limit = Math.max(limit, id + 1);
    write(id, source);
    return id;
  }

  /// The peer is back as another: a new identifier, for example. If there may be paths of it, the
  /// next call to each table is `PathTable.reconsider`.
  public void set(int id, Source source) {
    get(id);
    write(id, source);
  }

  /// Frees the number for another source. No table may have a path of it any more.
  public void remove(int id) {
    Source gone = get(id);
    if (paths[id] != 0) {
      throw new IllegalStateException("there are still %,d paths of %s".formatted(paths[id], gone));
    }
    sources[id] = null;
    if (freedCount == freed.length) {
      freed = Arrays.copyOf(freed, 2 * freed.length);
    }
    freed[freedCount++] = id;
  }

  public Source get(int id) {
    Source source = isUsed(id) ? sources[id] : null;
    if (source == null) {
      throw new IllegalArgumentException("no source has the number " + id);
    }
    return source;
  }

  public boolean isUsed(int id) {
    return id >= 0 && id < limit && sources[id] != null;
  }

  public int size() {
    return limit - freedCount;
  }

  /// All numbers are below it.
  public int limit() {
    return limit;
  }

  /// Of all tables.
  public int pathsOf(int id) {
    return paths[id];
  }

  void count(int id, int more) {
    paths[id] += more;
  }

  /// What `Source.Kind` counts for in the decision, best first.
  int kind(int id) {
    return kinds[id];
  }

  boolean isLocal(int id) {
    return kinds[id] == 0;
  }

  /// Unsigned.
  int identifier(int id) {
    return identifiers[id];
  }

  int compareAddresses(int one, int other) {
    return get(one).address().compareTo(get(other).address());
  }

  /// Several sessions with one address.
  int compareNames(int one, int other) {
    return get(one).name().compareTo(get(other).name());
  }

  private void write(int id, Source source) {
    sources[id] = source;
    kinds[id] = (byte) source.kind().rank();
    identifiers[id] = (int) source.identifier().low();
  }

  private void reach(int count) {
    if (count > sources.length) {
      int room = 2 * sources.length;
      sources = Arrays.copyOf(sources, room);
      kinds = Arrays.copyOf(kinds, room);
      identifiers = Arrays.copyOf(identifiers, room);
      paths = Arrays.copyOf(paths, room);
    }
  }
}
