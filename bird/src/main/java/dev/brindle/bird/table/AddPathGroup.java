// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import io.netty.buffer.ByteBuf;
import java.util.BitSet;

/// Peers that are told several paths of each prefix (RFC 7911): an `ExportGroup` of paths in place
/// of prefixes.
///
/// ```
/// changed(prefix) ─> dirty ─> AddPathRules.choose ─> path, path ... ─> ExportGroup ─> messages
/// ```
///
/// A path has one number, and one identifier on the wire, from when it is first chosen until nobody
/// has it any more. What a slow peer costs is an entry for each prefix that changed while nobody
/// reads, and for each path it has or waits for otherwise.
final class AddPathGroup implements PeerGroup {

  /// Prefixes looked at before what came of it is told.
  private static final int AT_ONCE = 4096;

  private final ToldPaths told;
  private final AddPathRules rules;
  private final ExportGroup paths;
  private final PrefixQueue dirty = new PrefixQueue();

  /// Paths that are to be told now.
  private final BitSet chosen = new BitSet();

  /// Paths that are not to be told any more, until nobody has them.
  private final PrefixQueue leaving = new PrefixQueue();

  /// @param paths tells what has numbers in `told`, by `rules`
  AddPathGroup(ToldPaths told, AddPathRules rules, ExportGroup paths) {
    this.told = told;
    this.rules = rules;
    this.paths = paths;
  }

  // ---- members

  @Override
  public void join(Receiver member, BitSet had) {
    paths.join(member, had);
  }

  @Override
  public void leave(Receiver member) {
    paths.leave(member);
  }

  @Override
  public int waiting(Receiver member) {
    return dirty.size() + paths.waiting(member);
  }

  @Override
  public BitSet had(Receiver member) {
    return paths.had(member);
  }

  /// What a member of another group has been told, by the numbers that its paths have here.
  BitSet translated(BitSet had, AddPathGroup from) {
    BitSet here = new BitSet();
    had.stream()
        .forEach(
            item -> {
              int same = told.add(from.told.prefix(item), from.told.ident(item));
              here.set(same);
              leaving.add(same); // until it is chosen
            });
    return here;
  }

  @Override
  public boolean isEmpty() {
    return paths.isEmpty();
  }

  @Override
  public void partFromSlow() {
    paths.partFromSlow();
  }

  // ---- news

  @Override
  public void changed(int prefix) {
    dirty.add(prefix);
  }

  @Override
  public void failed(RuntimeException cause) {
    paths.failed(cause);
  }

  @Override
  public int flush() {
    if (!paths.isAnyReady()) {
      return 0;
    }
    int sent = 0;
    do {
      rules.begin();
      for (int i = 0; i < AT_ONCE && !dirty.isEmpty(); i++) {
        choose(dirty.take());
      }
      sent += paths.flush();
    } while (!dirty.isEmpty());
    forgetLeft();
    return sent;
  }

  /// Whatever was or is to be told of the prefix is looked at again.
  private void choose(int prefix) {
    for (int item = told.first(prefix); item != ToldPaths.NONE; item = told.next(item)) {
      if (chosen.get(item)) {
        chosen.clear(item);
        leaving.add(item);
      }
      paths.changed(item);
    }
    int count = rules.choose(prefix);
    for (int i = 0; i < count; i++) {
      int item = told.add(prefix, rules.ident(i));
      chosen.set(item);
      paths.changed(item);
    }
  }

  /// Numbers of paths that are not chosen any more and nobody has are free again. One that still
  /// waits in a queue is looked at there as whatever has its number then.
  private void forgetLeft() {
    for (int i = Math.min(leaving.size(), AT_ONCE); i > 0; i--) {
      int item = leaving.take();
      if (chosen.get(item) || !told.isUsed(item)) {
        continue;
      }
      if (paths.isHad(item)) {
        leaving.add(item);
      } else {
        told.remove(item);
      }
    }
  }

  // ---- what is told

  @Override
  public boolean needs(int prefix) {
    return dirty.contains(prefix) || told.first(prefix) != ToldPaths.NONE;
  }

  @Override
  public boolean tellsOf(int source) {
    return paths.tellsOf(source);
  }

  @Override
  public int advertised(int source) {
    return paths.advertised(source);
  }

  @Override
  public boolean isAdvertised(int prefix, int source) {
    for (int item = told.first(prefix); item != ToldPaths.NONE; item = told.next(item)) {
      if (paths.isAdvertised(item, source)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean isAdvertised(int prefix, int ident, boolean isBest, int source) {
    int item = told.find(prefix, ident);
    return item != ToldPaths.NONE && paths.isAdvertised(item, source);
  }

  @Override
  public int repeat(int source, int from, int most, ByteBuf out) {
    return paths.repeat(source, from, most, out);
  }

  @Override
  public void close() {
    dirty.clear();
    paths.close();
  }
}
