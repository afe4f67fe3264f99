// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.AcceptAll;
import dev.brindle.bird.rib.Neighbour;
import dev.brindle.bird.rib.NextHopMode;
import dev.brindle.bird.rib.Source;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.PathAttribute.MultiExitDisc;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerKind;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.Arrays;
import java.util.List;

/// Tables, those who tell and those who hear, for the programs that measure (`ExportSpeed`,
/// `IntakeSpeed`): external peers that are asked nothing but the time they take.
final class SpeedRig {

  private static final long SEED = 7;
  private static final int LONGEST_MESSAGE = 4096;
  private static final IpAddress OURS = IpAddress.parse("192.0.2.200");

  private final RouteEngine engine =
      new RouteEngine(new Unseen(), PooledByteBufAllocator.DEFAULT, SEED);
  private final ExportPolicy policy =
      ExportPolicy.of(neighbour(100), new AcceptAll(), true, LONGEST_MESSAGE);

  private static final class Unseen implements RouteListener {

    @Override
    public void changed(RouteView routes, int prefix) {
      // nobody looks on
    }

    @Override
    public void shown() {
      // likewise
    }
  }

  RouteEngine engine() {
    return engine;
  }

  /// All hearers are told the same.
  Hearer hearer(int number) {
    Hearer hearer = new Hearer(source(number));
    engine.join(Family.IPV4_UNICAST, hearer, policy);
    return hearer;
  }

  /// @param number 1 to 199, of nobody else
  int source(int number) {
    return engine.addSource(neighbour(number).source());
  }

  RouteIntake intake(int source, int number) {
    return engine.intake(source, neighbour(number), new AcceptAll(), true, false);
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

  /// An AS path of one number.
  ///
  /// @param hop the last octet of the next hop
  /// @param med tells them from those of others
  static PathAttributes attributes(long as, int times, int hop, int med) {
    long[] path = new long[times];
    Arrays.fill(path, as);
    return PathAttributes.of(
        new Origin(Origin.Source.IGP),
        AsPath.of(path),
        NextHop.of(IpAddress.parse("192.0.2." + hop)),
        new MultiExitDisc(med));
  }

  /// One UPDATE of prefixes that follow each other.
  ///
  /// @param network of the first of them, as 32 bits
  /// @param length of each, in bits
  static void announce(
      UpdateBatch batch, PathAttributes attributes, long network, int length, int count) {
    byte[] bytes = CanonicalForm.of(attributes);
    byte[] to = batch.attributesFor(bytes.length);
    int start = batch.attributesEnd();
    System.arraycopy(bytes, 0, to, start, bytes.length);
    batch.keepAttributes(bytes.length);
    int from = batch.prefixCount();
    for (int i = 0; i < count; i++) {
      batch.prefix(network + ((long) i << (Integer.SIZE - length)), 0, length, false);
    }
    batch.announce(Family.IPV4_UNICAST, from, start, bytes.length);
  }
}
