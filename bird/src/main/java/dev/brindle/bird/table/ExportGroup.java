// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.bird.wire.Family;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Peers that are told the same of one family, and what they have been told: a message is encoded
/// once for all that are in step.
///
/// ```
/// changed(prefix) ──> main lane: pending ─┐ drained when all its members take more
///                     slow member: pending ┤ drained when that member does
///                     new member: pending  ┘ joins the main lane when both are empty
/// ```
///
/// A member that does not read holds up the others only until `partFromSlow`.
public final class ExportGroup implements PeerGroup {

  /// From so many members on it pays to look at the news before the members.
  private static final int MANY = 64;

  private final TellingRules rules;
  private final NewsPacker packer;
  private final ToldWords told;
  private final ByteBufAllocator allocator;

  private final ExportLane main = new ExportLane(null);
  private final List<ExportLane> others = new ArrayList<>();

  ExportGroup(
      PrefixIndex prefixes,
      Family family,
      int longestMessage,
      TellingRules rules,
      ByteBufAllocator allocator) {
    this(prefixes, family, longestMessage, rules, allocator, null);
  }

  /// @param paths if what is told, and called a prefix here, are paths with identifiers
  ExportGroup(
      PrefixIndex prefixes,
      Family family,
      int longestMessage,
      TellingRules rules,
      ByteBufAllocator allocator,
      @Nullable ToldPaths paths) {
    this.rules = rules;
    this.packer = new NewsPacker(rules, new UpdateFramer(prefixes, family, longestMessage, paths));
    this.told = new ToldWords(rules);
    this.allocator = allocator;
  }

  // ---- members

  /// @param had what the peer has been told before: it is told all of it again, or that it is gone
  @Override
  public void join(Receiver member, BitSet had) {
    if (had.isEmpty()) {
      for (ExportLane lane : others) {
        if (lane.isFresh) {
          lane.add(member);
          return;
        }
      }
    }
    ExportLane lane = new ExportLane(had);
    for (int prefix = 0; prefix < told.limit(); prefix++) {
      if (told.isTold(prefix) || had.get(prefix)) {
        lane.pending.add(prefix);
      }
    }
    for (int prefix = had.nextSetBit(told.limit());
        prefix >= 0;
        prefix = had.nextSetBit(prefix + 1)) {
      lane.pending.add(prefix);
    }
    lane.pending.addAll(main.pending);
    lane.isFresh = had.isEmpty();
    lane.add(member);
    others.add(lane);
  }

  @Override
  public void leave(Receiver member) {
    main.remove(member);
    others.forEach(lane -> lane.remove(member));
    others.removeIf(lane -> lane.members().isEmpty());
  }

  /// Which prefixes a member has been told.
  @Override
  public BitSet had(Receiver member) {
    for (ExportLane lane : others) {
      if (lane.told != null && lane.members().contains(member)) {
        return (BitSet) lane.told.clone();
      }
    }
    return told.of(member.source());
  }

  @Override
  public boolean isEmpty() {
    return main.members().isEmpty() && others.isEmpty();
  }

  /// Members that do not take more while others of their lane do go their own way, so that the
  /// others go on. To be called now and then.
  @Override
  public void partFromSlow() {
    partFromSlow(main);
    List.copyOf(others).forEach(this::partFromSlow);
  }

  private void partFromSlow(ExportLane lane) {
    List<Receiver> slow = lane.members().stream().filter(member -> !member.isReady()).toList();
    boolean holdUpOthers = !slow.isEmpty() && slow.size() < lane.members().size();
    if (lane.pending.isEmpty() || !holdUpOthers) {
      return;
    }
    for (Receiver member : slow) {
      ExportLane own = new ExportLane(had(member));
      own.pending.addAll(lane.pending);
      own.isFresh = false;
      lane.remove(member);
      own.add(member);
      others.add(own);
    }
  }

  // ---- news

  /// What is wanted of a prefix may be different.
  @Override
  public void changed(int prefix) {
    main.pending.add(prefix);
    for (int i = 0; i < others.size(); i++) {
      others.get(i).pending.add(prefix);
    }
  }

  /// Whoever is told what this group is, because that failed.
  @Override
  public void failed(RuntimeException cause) {
    List<Receiver> all = new ArrayList<>(main.members());
    others.forEach(lane -> all.addAll(lane.members()));
    all.forEach(member -> member.failed(cause));
  }

  /// Tells what can be told now.
  @Override
  public int flush() {
    int sent = drain(main);
    for (int i = 0; i < others.size(); i++) {
      sent += drain(others.get(i));
    }
    if (main.pending.isEmpty()) {
      others.removeIf(this::rejoins);
    }
    return sent;
  }

  private boolean rejoins(ExportLane lane) {
    if (!lane.pending.isEmpty()) {
      return false;
    }
    lane.members().forEach(main::add);
    lane.members().forEach(Receiver::inStep);
    return true;
  }

  /// @return how often something was sent, if the lane is empty now
  private int drain(ExportLane lane) {
    int sent = 0;
    skipOld(lane);
    while (!lane.pending.isEmpty() && lane.isReady()) {
      ByteBuf bytes = allocator.buffer();
      try {
        ExportBatch batch = packer.batch(bytes);
        gather(lane, batch);
        if (!batch.isEmpty()) {
          sent += send(batch, lane.members());
        }
      } finally {
        bytes.release();
      }
      lane.isFresh = false;
    }
    return lane.pending.isEmpty() ? sent : 0;
  }

  /// One whose session ends meanwhile may be gone afterwards, and the group with it.
  private static int send(ExportBatch batch, List<Receiver> members) {
    int sent = 0;
    for (int i = 0; i < members.size(); sent++) {
      Receiver member = members.get(i);
      member.send(batch);
      if (i < members.size() && members.get(i).equals(member)) {
        i++;
      }
    }
    return sent;
  }

  /// Of thousands who are told nothing, as in a full mesh, none is asked whether it takes more.
  private void skipOld(ExportLane lane) {
    if (lane.told != null || lane.members().size() < MANY) {
      return;
    }
    rules.begin();
    int prefix = lane.pending.first();
    while (prefix != PrefixQueue.NONE && rules.wanted(prefix) == told.word(prefix)) {
      lane.pending.take();
      prefix = lane.pending.first();
    }
  }

  private void gather(ExportLane lane, ExportBatch batch) {
    rules.begin();
    packer.begin();
    for (int i = 0; i < NewsPacker.MOST && !lane.pending.isEmpty(); i++) {
      int prefix = lane.pending.take();
      long wanted = rules.wanted(prefix);
      boolean isGone =
          lane.told == null
              ? settle(lane, prefix, wanted, batch)
              : note(lane, prefix, wanted, batch);
      if (isGone) {
        packer.gone(prefix);
      }
    }
    if (!lane.members().isEmpty()) {
      packer.pack(lane, batch);
    }
  }

  /// In the main lane: tells differences only.
  ///
  /// @return whether the prefix is to be withdrawn from all
  private boolean settle(ExportLane lane, int prefix, long wanted, ExportBatch batch) {
    long before = told.word(prefix);
    if (wanted == before) {
      return false;
    }
    told.replace(prefix, before, wanted);
    if (wanted == Told.NOTHING) {
      return true;
    }
    packer.told(wanted, prefix);
    int source = Told.source(wanted);
    boolean mustForget = before != Told.NOTHING && Told.source(before) != source;
    if (mustForget && lane.hasMember(source)) {
      batch.loss(source, prefix);
    }
    return false;
  }

  /// In another lane: tells what is so now.
  private boolean note(ExportLane lane, int prefix, long wanted, ExportBatch batch) {
    BitSet bits = Objects.requireNonNull(lane.told);
    boolean had = bits.get(prefix);
    if (wanted == Told.NOTHING) {
      bits.clear(prefix);
      return had;
    }
    int source = Told.source(wanted);
    boolean isOwn = lane.isOnly(source);
    bits.set(prefix, !isOwn);
    if (isOwn) {
      return had;
    }
    packer.told(wanted, prefix);
    if (had && lane.hasMember(source)) {
      batch.loss(source, prefix);
    }
    return false;
  }

  // ---- what is told

  @Override
  public int repeat(int source, int from, int most, ByteBuf out) {
    int end = Math.min(told.limit(), from + Math.min(most, NewsPacker.MOST));
    packer.begin();
    for (int prefix = from; prefix < end; prefix++) {
      if (told.isTold(prefix, source)) {
        packer.told(told.word(prefix), prefix);
      }
    }
    packer.pack(main, packer.batch(out));
    return end < told.limit() ? end : -1;
  }

  /// Whether some members take more, if only others of their lane would, or there are none.
  boolean isAnyReady() {
    return main.members().isEmpty()
        || main.isAnyReady()
        || others.stream().anyMatch(ExportLane::isAnyReady);
  }

  /// Whether anybody has been told of it and not that it is gone.
  boolean isHad(int prefix) {
    return told.isTold(prefix)
        || others.stream().anyMatch(lane -> lane.told != null && lane.told.get(prefix));
  }

  /// Whether the number of a prefix still means something here.
  @Override
  public boolean needs(int prefix) {
    if (told.isTold(prefix) || main.pending.contains(prefix)) {
      return true;
    }
    for (ExportLane lane : others) {
      if (lane.pending.contains(prefix) || (lane.told != null && lane.told.get(prefix))) {
        return true;
      }
    }
    return false;
  }

  /// Whether the members have been told a path of this source.
  @Override
  public boolean tellsOf(int source) {
    return told.speaksOf(source);
  }

  /// How many prefixes a member has of us, or will have when it is in step.
  @Override
  public int advertised(int source) {
    return told.count(source);
  }

  /// How many prefixes there are whose news a member has not been sent.
  @Override
  public int waiting(Receiver member) {
    for (ExportLane lane : others) {
      if (lane.members().contains(member)) {
        return lane.pending.size();
      }
    }
    return main.pending.size();
  }

  @Override
  public boolean isAdvertised(int prefix, int source) {
    return told.isTold(prefix, source);
  }

  @Override
  public boolean isAdvertised(int prefix, int ident, boolean isBest, int source) {
    return isBest && isAdvertised(prefix, source);
  }

  /// The group is given up: nothing is told any more, also of what was being told.
  @Override
  public void close() {
    main.pending.clear();
    others.forEach(lane -> lane.pending.clear());
    others.clear();
    told.clear();
  }
}
