// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message;
import dev.brindle.bird.wire.MessageCodec;
import dev.brindle.bird.wire.PeerKind;
import dev.brindle.bird.wire.PeerTerms;
import dev.brindle.bird.wire.Reading;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Random changes, members that come, go and do not read: in the end each has exactly what it
/// should.
class ExportGroupTest {

  private static final int PREFIXES = 300;
  private static final int SOURCES = 6;
  private static final long SEED = 20261121;

  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);

  @ParameterizedTest
  @EnumSource(Family.class)
  void everybodyEndsWithWhatIsWanted(Family family) {
    System.out.println("seed " + SEED);
    SplittableRandom random = new SplittableRandom(SEED);
    World world = new World(family, 4096);
    for (int step = 0; step < 4000; step++) {
      switch (random.nextInt(10)) {
        case 0 -> world.joinOrLeave(random.nextInt(SOURCES));
        case 1, 2 -> world.toggle(random.nextInt(SOURCES));
        case 3 -> world.group.partFromSlow();
        case 4 -> world.repeat(random.nextInt(SOURCES));
        case 5, 6 -> world.group.flush();
        default -> {
          for (int i = random.nextInt(40); i >= 0; i--) {
            world.change(random.nextInt(PREFIXES), random);
          }
        }
      }
      if (step % 500 == 499) {
        world.settle();
        world.check();
      }
    }
    world.group.close();
    assertThat(world.references).isEmpty();
  }

  @Test
  void whatIsForAllIsEncodedOnce() {
    World world = new World(Family.IPV4_UNICAST, 4096);
    for (int source = 0; source < SOURCES; source++) {
      world.joinOrLeave(source);
    }
    world.settle();
    for (int prefix = 0; prefix < 100; prefix++) {
      world.set(prefix, Told.of(7, 99));
    }
    world.group.flush();

    assertThat(world.members.values())
        .allSatisfy(member -> assertThat(member.updates).isEqualTo(1))
        .allSatisfy(member -> assertThat(member.view).hasSize(100));
    assertThat(world.encodings).isEqualTo(1);
  }

  @Test
  void whatChangesBackMeanwhileIsNotTold() {
    World world = new World(Family.IPV4_UNICAST, 4096);
    world.joinOrLeave(0);
    world.settle();
    world.set(1, Told.of(7, 99));
    world.group.flush();
    Member member = world.member(0);
    member.isReady = false;
    world.set(1, Told.of(8, 99));
    world.group.flush();
    world.set(1, Told.of(7, 99));
    member.isReady = true;
    world.group.flush();

    assertThat(member.updates).isEqualTo(1);
  }

  @Test
  void oneThatDoesNotReadHoldsUpNobodyForLong() {
    World world = new World(Family.IPV4_UNICAST, 4096);
    world.joinOrLeave(0);
    world.joinOrLeave(1);
    world.settle();
    world.member(0).isReady = false;
    world.set(1, Told.of(7, 99));
    world.group.flush();
    assertThat(world.member(1).view).isEmpty();

    world.group.partFromSlow();
    world.group.flush();
    assertThat(world.member(1).view).hasSize(1);
    assertThat(world.member(0).view).isEmpty();

    world.member(0).isReady = true;
    world.group.flush();
    assertThat(world.member(0).view).hasSize(1);
    world.check();
  }

  @Test
  void oneOfManyNewOnesThatDoesNotReadHoldsUpNobodyForLong() {
    World world = new World(Family.IPV4_UNICAST, 4096);
    world.set(1, Told.of(7, 99));
    world.group.flush();
    world.joinOrLeave(0);
    world.joinOrLeave(1);
    world.member(0).isReady = false;

    world.group.flush();
    assertThat(world.member(1).view).isEmpty();

    world.group.partFromSlow();
    world.group.flush();
    assertThat(world.member(1).view).hasSize(1);

    world.settle();
    world.check();
  }

  @Test
  void whereNobodyReadsNobodyParts() {
    World world = new World(Family.IPV4_UNICAST, 4096);
    world.joinOrLeave(0);
    world.joinOrLeave(1);
    world.settle();
    world.member(0).isReady = false;
    world.member(1).isReady = false;
    world.set(1, Told.of(7, 99));
    world.group.flush();

    world.group.partFromSlow();
    world.settle();

    assertThat(world.encodings).isEqualTo(1);
    world.check();
  }

  @Test
  void aTableLargerThanOneMessageIsSplit() {
    World world = new World(Family.IPV6_UNICAST, 1500);
    world.joinOrLeave(0);
    for (int prefix = 0; prefix < PREFIXES; prefix++) {
      world.set(prefix, Told.of(1, 99));
    }
    world.settle();
    world.check();
    assertThat(world.member(0).updates).isBetween(3, 5);
  }

  @Test
  void attributesThatFillAMessageTakeThePathBack() {
    World world = new World(Family.IPV4_UNICAST, 60);
    world.joinOrLeave(0);
    world.settle();
    world.set(1, Told.of(1, 99));
    world.group.flush();

    assertThat(world.member(0).view).isEmpty();
    assertThat(world.member(0).updates).isEqualTo(1);
  }

  /// The session of one ends while it is told: the next one hears all the same.
  @Test
  void whoLeavesWhileItIsToldHoldsNobodyUp() {
    World world = new World(Family.IPV4_UNICAST, 4096);
    for (int source = 0; source < 3; source++) {
      world.joinOrLeave(source);
    }
    world.settle();
    world.member(1).leavesWhenTold = true;
    world.set(1, Told.of(7, 99));
    world.group.flush();

    assertThat(world.members).containsOnlyKeys(0, 2);
    world.check();
  }

  /// The last ones leave in the middle of a table of several batches, and the group is given up.
  @ParameterizedTest(name = "new ones {0}")
  @ValueSource(booleans = {false, true})
  void aGroupThatIsClosedWhileItTellsHoldsNothing(boolean areNew) {
    World world = new World(Family.IPV4_UNICAST, 4096, 10_000);
    world.joinOrLeave(0);
    world.joinOrLeave(1);
    if (!areNew) {
      world.settle();
    }
    world.members.values().forEach(member -> member.leavesWhenTold = true);
    for (int prefix = 0; prefix < 10_000; prefix++) {
      world.set(prefix, Told.of(prefix % 5, 99));
    }
    world.group.flush();

    assertThat(world.members).isEmpty();
    assertThat(world.references).isEmpty();
    assertThat(world.group.needs(9_999)).isFalse();
  }

  /// A group, what it is to be told, and its members.
  private final class World implements TellingRules {

    private final PrefixIndex index;
    private final ExportGroup group;
    private final PeerTerms terms;
    private final Family family;
    private final long[] wanted;
    private final Cidr[] cidrs;
    private final Map<Integer, Member> members = new HashMap<>();
    private final Map<Integer, Integer> references = new HashMap<>();
    private int encodings;

    World(Family family, int longest) {
      this(family, longest, PREFIXES);
    }

    World(Family family, int longest, int prefixes) {
      this.family = family;
      wanted = new long[prefixes];
      cidrs = new Cidr[prefixes];
      boolean isIpv4 = family == Family.IPV4_UNICAST;
      index = isIpv4 ? PrefixIndex.ipv4() : PrefixIndex.ipv6();
      for (int i = 0; i < prefixes; i++) {
        int length = isIpv4 ? 24 + i % 9 : 48 + i % 80;
        cidrs[i] =
            isIpv4
                ? Cidr.parse("10.%d.%d.0/%d".formatted(i >> 8, i & 255, length))
                : Cidr.parse("fd00:%x::/%d".formatted(i, length));
        long high = isIpv4 ? (10L << 24) | (i << 8) : 0xfd00L << 48 | ((long) i << 32);
        assertThat(index.add(high, 0, length)).isEqualTo(i);
      }
      Arrays.fill(wanted, Told.NOTHING);
      terms =
          new PeerTerms(
              PeerKind.INTERNAL,
              new AsNumber(64512),
              IpAddress.parse("192.0.2.9"),
              true,
              false,
              false,
              false,
              Set.of(Family.values()),
              Optional.empty(),
              false);
      group = new ExportGroup(index, family, longest, this, allocator);
    }

    /// As its session ends: the group goes with its last member.
    void leave(int source) {
      group.leave(Objects.requireNonNull(members.remove(source)));
      if (group.isEmpty()) {
        group.close();
      }
    }

    void joinOrLeave(int source) {
      Member member = members.remove(source);
      if (member != null) {
        group.leave(member);
      } else {
        Member joined = new Member(this, source);
        members.put(source, joined);
        group.join(joined, new BitSet());
      }
    }

    Member member(int source) {
      return Objects.requireNonNull(members.get(source));
    }

    void toggle(int source) {
      Member member = members.get(source);
      if (member != null) {
        member.isReady = !member.isReady;
      }
    }

    void repeat(int source) {
      Member member = members.get(source);
      if (member != null) {
        BitSet had = group.had(member);
        group.leave(member);
        group.join(member, had);
      }
    }

    void change(int prefix, SplittableRandom random) {
      set(
          prefix,
          random.nextInt(4) == 0
              ? Told.NOTHING
              : Told.of(random.nextInt(5), random.nextInt(SOURCES + 2)));
    }

    void set(int prefix, long word) {
      wanted[prefix] = word;
      group.changed(prefix);
    }

    void settle() {
      members.values().forEach(member -> member.isReady = true);
      group.flush();
      group.flush();
    }

    void check() {
      members.forEach(
          (source, member) -> {
            Map<Cidr, Long> expected = new HashMap<>();
            for (int prefix = 0; prefix < PREFIXES; prefix++) {
              long word = wanted[prefix];
              if (word != Told.NOTHING && Told.source(word) != source) {
                expected.put(cidrs[prefix], (long) Told.block(word));
              }
            }
            assertThat(member.view).isEqualTo(expected);
            assertThat(member.isInStep).isTrue();
            assertThat(group.advertised(source)).isEqualTo(expected.size());
          });
      for (int prefix = 0; prefix < PREFIXES; prefix++) {
        assertThat(group.needs(prefix)).isEqualTo(wanted[prefix] != Told.NOTHING);
      }
    }

    @Override
    public long wanted(int prefix) {
      return wanted[prefix];
    }

    @Override
    public int room(long word) {
      return 64;
    }

    /// ORIGIN, NEXT_HOP, MED with the block's number, LOCAL_PREF.
    @Override
    public int attributes(long word, byte[] to) {
      encodings++;
      ByteBuf out = Unpooled.wrappedBuffer(to).writerIndex(0);
      out.writeInt(0x40_01_01_00).writeMedium(0x40_02_00);
      if (family == Family.IPV4_UNICAST) {
        out.writeMedium(0x40_03_04).writeInt(0x0a000001);
      }
      out.writeMedium(0x80_04_04).writeInt(Told.block(word));
      out.writeMedium(0x40_05_04).writeInt(100);
      return out.writerIndex();
    }

    @Override
    public int nextHop(long word, byte[] to) {
      Arrays.fill(to, 0, 16, (byte) 0x20);
      return family == Family.IPV4_UNICAST ? 4 : 16;
    }

    @Override
    public void retain(int block) {
      references.merge(block, 1, Integer::sum);
    }

    @Override
    public void release(int block) {
      references.compute(block, (_, count) -> count == null || count == 1 ? null : count - 1);
    }
  }

  /// Reads what it is sent, by the codec that peers' messages are read with.
  private static final class Member implements Receiver {

    private final World world;
    private final int source;
    private final Map<Cidr, Long> view = new HashMap<>();
    private boolean isReady = true;
    private boolean leavesWhenTold;
    private boolean isInStep;
    private int updates;

    Member(World world, int source) {
      this.world = world;
      this.source = source;
    }

    @Override
    public int source() {
      return source;
    }

    @Override
    public boolean isReady() {
      return isReady;
    }

    @Override
    public void send(ExportBatch batch) {
      ByteBuf own = Unpooled.buffer();
      if (batch.isWholeFor(source)) {
        own.writeBytes(batch.bytes(), 0, batch.bytes().writerIndex());
      } else {
        batch.writeFor(source, own);
      }
      while (own.isReadable()) {
        int length = own.getUnsignedShort(own.readerIndex() + 16);
        read(own.readSlice(length));
      }
      if (leavesWhenTold) {
        world.leave(source);
      }
    }

    private void read(ByteBuf message) {
      Reading reading = MessageCodec.decode(message, world.terms);
      assertThat(reading).isInstanceOf(Reading.Understood.class);
      Message.Update update = (Message.Update) ((Reading.Understood) reading).message();
      assertThat(update.faults()).isEmpty();
      updates++;
      update.withdrawn().forEach(view::remove);
      for (Message.Announcement announcement : update.announced()) {
        List<Cidr> prefixes = new ArrayList<>(announcement.prefixes());
        long block = announcement.attributes().multiExitDisc().orElseThrow();
        prefixes.forEach(prefix -> view.put(prefix, block));
      }
    }

    @Override
    public void failed(RuntimeException cause) {
      throw cause;
    }

    @Override
    public void inStep() {
      isInStep = true;
    }
  }
}
