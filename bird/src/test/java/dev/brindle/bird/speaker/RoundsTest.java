// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.AcceptAll;
import dev.brindle.bird.rib.Neighbour;
import dev.brindle.bird.rib.NextHopMode;
import dev.brindle.bird.rib.Source;
import dev.brindle.bird.table.ExportBatch;
import dev.brindle.bird.table.ExportPolicy;
import dev.brindle.bird.table.Receiver;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerKind;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// On a thread whose turns and whose time are the test's.
class RoundsTest {

  private static final int MANY = 100;

  /// What telling so many is followed by: 0.1 ms for each.
  private static final long REST_MILLIS = 10;

  private final MockTicker time = Ticker.newMockTicker();
  private final EmbeddedChannel thread = EmbeddedChannel.builder().ticker(time).build();
  private final SessionRig rig = new SessionRig();
  private final Tables tables = rig.tables(new RecordingSink(), thread.eventLoop());
  private final List<String> seen = new ArrayList<>();
  private final Rounds rounds =
      new Rounds(thread.eventLoop(), tables, () -> seen.add("shown " + prefixes()));

  @AfterEach
  void close() {
    thread.finishAndReleaseAll();
    rig.close();
  }

  private int prefixes() {
    return tables.engine().prefixes();
  }

  /// A peer that notes when it is told something; only the first of many does.
  private final class Ear implements Receiver {

    private final int source;
    private final boolean isNoted;

    Ear(int source, boolean isNoted) {
      this.source = source;
      this.isNoted = isNoted;
    }

    @Override
    public int source() {
      return source;
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void send(ExportBatch batch) {
      if (isNoted) {
        seen.add("told " + batch.messages());
      }
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

  private void listen(int count) {
    for (int i = 0; i < count; i++) {
      IpAddress address = IpAddress.ofIpv4(0xc000_0201L + i);
      Source source = new Source(Source.Kind.INTERNAL, "peer" + i, address, address, false);
      Neighbour peer =
          new Neighbour(
              PeerKind.INTERNAL,
              source,
              Loopback.as(64_512),
              Loopback.as(64_512),
              List.of(Loopback.address(1)),
              Loopback.address(1),
              Loopback.address(1),
              false,
              0,
              NextHopMode.AUTO);
      Ear ear = new Ear(tables.engine().addSource(source), i == 0);
      ExportPolicy policy = ExportPolicy.of(peer, new AcceptAll(), true, 4096);
      tables.engine().join(Family.IPV4_UNICAST, ear, policy);
    }
  }

  private void announce(int number) {
    tables.announce(
        Cidr.parse("10.%d.0.0/16".formatted(number)),
        PathAttributes.of(new Origin(Origin.Source.IGP)));
    rounds.ask();
  }

  private void turn() {
    thread.runPendingTasks();
  }

  private void pass(long nanos) {
    time.advance(nanos, TimeUnit.NANOSECONDS);
    thread.runScheduledPendingTasks();
  }

  @Test
  void whatChangesBeforeItsTurnIsHandedOnTogether() {
    listen(1);
    announce(1);
    announce(2);
    announce(3);
    assertThat(seen).as("not at once").isEmpty();

    turn();

    assertThat(seen).as("packets first, and one message").containsExactly("shown 3", "told 1");
  }

  @Test
  void whatChangesLaterHasARoundOfItsOwn() {
    listen(1);
    announce(1);
    turn();
    announce(2);
    turn();

    assertThat(seen)
        .as("few need no rest")
        .containsExactly("shown 1", "told 1", "shown 2", "told 1");
  }

  @Test
  void manyHaveARestAndHearWhatChangedMeanwhileAtOnce() {
    listen(MANY);
    announce(1);
    turn();
    seen.clear();

    announce(2);
    turn();
    announce(3);
    turn();
    assertThat(seen).as("packets do not wait").containsExactly("shown 2", "shown 3");

    pass(TimeUnit.MILLISECONDS.toNanos(REST_MILLIS) - 1);
    assertThat(seen).hasSize(2);
    pass(1);
    assertThat(seen).containsExactly("shown 2", "shown 3", "told 1");
  }

  @Test
  void whatChangesAfterAQuietTimeGoesAtOnce() {
    listen(MANY);
    announce(1);
    turn();
    seen.clear();
    pass(TimeUnit.MILLISECONDS.toNanos(REST_MILLIS));

    announce(2);
    turn();

    assertThat(seen).containsExactly("shown 2", "told 1");
  }

  /// There is one end of a rest, however often somebody asks.
  @Test
  void afterTheRestThereIsAnother() {
    listen(MANY);
    announce(1);
    turn();
    for (int number = 2; number < 6; number++) {
      announce(number);
      turn();
    }
    pass(TimeUnit.MILLISECONDS.toNanos(REST_MILLIS));
    assertThat(thread.runScheduledPendingTasks()).as("nothing more is to come").isEqualTo(-1);
    seen.clear();

    announce(6);
    turn();

    assertThat(seen).as("they have just been told").containsExactly("shown 6");
  }

  @Test
  void frozenInTheMiddleNothingIsHandedOn() {
    listen(1);
    announce(1);

    rounds.freeze();
    turn();
    rounds.last();

    assertThat(seen).isEmpty();
  }

  @Test
  void frozenWithinARestNobodyIsTold() {
    listen(MANY);
    announce(1);
    turn();
    announce(2);
    turn();
    seen.clear();

    rounds.freeze();
    pass(TimeUnit.SECONDS.toNanos(1));

    assertThat(seen).isEmpty();
  }

  @Test
  void theLastDoesNotWaitForItsTurn() {
    listen(1);
    announce(1);

    rounds.last();

    assertThat(seen).containsExactly("shown 1", "told 1");
    turn();
    assertThat(seen).as("there is nothing new in the one that was asked for").hasSize(3);
  }

  /// Whoever is shown a change may make another.
  @Test
  void whatIsAskedForWithinARoundIsDoneInTheNext() {
    List<Integer> shown = new ArrayList<>();
    List<Rounds> itself = new ArrayList<>();
    Rounds chained =
        new Rounds(
            thread.eventLoop(),
            tables,
            () -> {
              shown.add(shown.size());
              if (shown.size() < 3) {
                itself.getFirst().ask();
              }
            });
    itself.add(chained);

    chained.ask();
    turn();

    assertThat(shown).hasSize(3);
  }
}
