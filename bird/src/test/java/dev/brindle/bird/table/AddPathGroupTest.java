// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.AcceptAll;
import dev.brindle.bird.rib.Neighbour;
import dev.brindle.bird.rib.NextHopMode;
import dev.brindle.bird.rib.Source;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerKind;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What a group with add-path keeps while paths come and go.
class AddPathGroupTest {

  private static final int LIMIT = 4;
  private static final IpAddress OURS = IpAddress.parse("192.0.2.1");

  private final PrefixIndex index = PrefixIndex.ipv4();
  private final AttributeBlocks blocks = new AttributeBlocks();
  private final Sources sources = new Sources();
  private final PathTable table = new PathTable(index, blocks, sources);
  private final ToldPaths told = new ToldPaths();
  private final GroupRules rules =
      new GroupRules(Family.IPV4_UNICAST, index, table, blocks, sources, policy());
  private final AddPathRules several = new AddPathRules(table, rules, told, LIMIT);
  private final AddPathGroup group =
      new AddPathGroup(
          told,
          several,
          new ExportGroup(
              index,
              Family.IPV4_UNICAST,
              4096,
              several,
              new UnpooledByteBufAllocator(false),
              told));
  private final int teller = sources.add(neighbour(9).source());
  private final int prefix = index.add(10L << 24, 0, 8);

  private static ExportPolicy policy() {
    return ExportPolicy.of(neighbour(2), new AcceptAll(), true, 4096)
        .withPaths(new PathsTold(Set.of(Family.IPV4_UNICAST), LIMIT));
  }

  private static Neighbour neighbour(int number) {
    IpAddress address = IpAddress.parse("192.0.2." + number);
    return new Neighbour(
        PeerKind.EXTERNAL,
        new Source(Source.Kind.EXTERNAL, "peer" + number, address, address, false),
        new AsNumber(64_512),
        new AsNumber(65_000L + number),
        List.of(OURS),
        OURS,
        OURS,
        false,
        0,
        NextHopMode.AUTO);
  }

  private Hearer hearer(int number) {
    Hearer hearer = new Hearer(sources.add(neighbour(number).source()));
    group.join(hearer, new BitSet());
    return hearer;
  }

  private void put(int pathId) {
    byte[] bytes =
        CanonicalForm.of(
            PathAttributes.of(
                new Origin(Origin.Source.IGP),
                AsPath.of(65_009),
                NextHop.of(IpAddress.parse("192.0.2.9"))));
    int block = blocks.intern(bytes, 0, bytes.length);
    table.put(prefix, teller, pathId, block, false);
    blocks.release(block);
    group.changed(prefix);
  }

  private void remove(int pathId) {
    table.remove(prefix, teller, pathId);
    group.changed(prefix);
  }

  private void flush() {
    group.flush();
    rules.settle();
  }

  @Test
  void whatOneThatDoesNotReadCostsStaysSmallHoweverManyPathsComeAndGo() {
    Hearer slow = hearer(2);
    Hearer quick = hearer(3);
    put(0);
    flush();
    slow.isReady = false;
    for (int id = 1; id < 2_000; id++) {
      put(id);
      remove(id - 1);
      flush();
      group.partFromSlow();
      flush();
    }
    assertThat(told.limit()).isLessThan(3 * LIMIT);
    assertThat(quick.batches).isGreaterThan(1_000);
    int heardBefore = slow.batches;

    slow.isReady = true;
    flush();
    flush();

    assertThat(slow.batches).isLessThanOrEqualTo(heardBefore + 2);
    remove(1_999);
    flush();
    flush();
    assertThat(group.needs(prefix)).isFalse();
    assertThat(blocks.size()).isZero();
  }

  @Test
  void whileNobodyReadsAPrefixIsOneEntry() {
    Hearer slow = hearer(2);
    put(0);
    flush();
    slow.isReady = false;
    for (int id = 1; id < 2_000; id++) {
      put(id);
      remove(id - 1);
      flush();
    }
    assertThat(told.limit()).isOne();
    assertThat(group.needs(prefix)).isTrue();
    slow.isReady = true;
    flush();
    assertThat(group.advertised(slow.source())).isOne();
  }

  private static final class Hearer implements Receiver {

    private final int source;
    private boolean isReady = true;
    private int batches;

    Hearer(int source) {
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
      batches++;
    }

    @Override
    public void failed(RuntimeException cause) {
      throw cause;
    }

    @Override
    public void inStep() {
      // nothing to say
    }
  }
}
