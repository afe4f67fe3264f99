// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import dev.brindle.bird.bfd.BfdCodec;
import dev.brindle.bird.bfd.BfdReading;
import dev.brindle.bird.wire.Header;
import dev.brindle.bird.wire.Message;
import dev.brindle.bird.wire.Message.Announcement;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.MessageCodec;
import dev.brindle.bird.wire.PeerKind;
import dev.brindle.bird.wire.PeerTerms;
import dev.brindle.bird.wire.Reading;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Mutations of good input for every decoder that reads what others send. `-Dfuzz.seconds=3600`
/// makes it longer than two seconds each, `-Dfuzz.seed=N` repeats a run. What it finds belongs into
/// `src/test/resources/fuzz`.
@Timeout(value = 1, unit = TimeUnit.DAYS) // as long as fuzz.seconds says
class DecoderFuzzTest {

  private static final int DEFAULT_SECONDS = 2;
  private static final int MARKER = 16;
  private static final int UPDATE = 2;
  private static final int TYPE_AT = 18;

  /// A value may be larger than its octets: a prefix of one octet becomes two objects.
  private static final int MOST_ALLOCATED_PER_OCTET = 160;

  private static final int ALLOCATED_ANYWAY = 32 << 10;
  private static final Duration SLOW = Duration.ofMillis(10);
  private static final int OCTETS_OF_SLOW = 4_096;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final long seed = FuzzSeed.seed();
  private final Random random = new Random(seed);
  private final Mutator mutator = new Mutator(random);
  private final UpdateReader reader = new UpdateReader();
  private final UpdateBatch batch = new UpdateBatch();

  /// Runs until the time is over; what fails is told with what repeats it.
  private void fuzz(List<byte[]> corpus, int kept, Consumer<byte[]> decoder) {
    long end =
        System.nanoTime()
            + Duration.ofSeconds(Integer.getInteger("fuzz.seconds", DEFAULT_SECONDS)).toNanos();
    long runs = 0;
    for (byte[] input : corpus) {
      decoder.accept(input);
    }
    while (runs < 1_000 || System.nanoTime() < end) {
      byte[] input = mutator.mutated(corpus, kept);
      try {
        decoder.accept(input);
      } catch (RuntimeException | Error e) {
        fail("seed %d, run %d: %s".formatted(seed, runs, HexFormat.of().formatHex(input)), e);
      }
      runs++;
    }
    System.out.println("fuzz: seed " + seed + ", " + runs + " inputs");
  }

  @Test
  void messages() {
    fuzz(FuzzCorpus.messages(), MARKER, this::message);
  }

  private void message(byte[] input) {
    if (input.length >= Header.LENGTH && random.nextInt(20) != 0) {
      Words.put16(input, MARKER, input.length);
    }
    switch (Header.peek(Unpooled.wrappedBuffer(input))) {
      case Header.Incomplete() -> {}
      case Header.Bad(var notification, var reason) ->
          assertThat(notification + reason).isNotEmpty();
      case Header.Whole(var length) -> whole(Arrays.copyOf(input, length));
    }
  }

  private void whole(byte[] message) {
    for (PeerKind kind : PeerKind.values()) {
      for (boolean fourOctetAs : new boolean[] {true, false}) {
        PeerTerms terms = PeerTerms.beforeOpen(kind).withFourOctetAs(fourOctetAs);
        Reading reading = measured(message, terms, 3);
        assertThat(reading.toString()).isNotEmpty();
        if (reading instanceof Reading.Understood(var understood)) {
          readsWhatItWrites(understood, terms);
        }
        if (message[TYPE_AT] == UPDATE) {
          readsFastWhatItReads(message, terms, reading);
        }
      }
    }
  }

  /// Time of the processor, because others want it too. Measured again where something else may
  /// have taken time or memory, such as a class that is used for the first time.
  private static Reading measured(byte[] message, PeerTerms terms, int tries) {
    long allocated = THREADS.getCurrentThreadAllocatedBytes();
    long begin = THREADS.getCurrentThreadCpuTime();
    Reading reading = MessageCodec.decode(Unpooled.wrappedBuffer(message), terms);
    long took = THREADS.getCurrentThreadCpuTime() - begin;
    long more = THREADS.getCurrentThreadAllocatedBytes() - allocated;
    long most = SLOW.toNanos() * (1 + message.length / OCTETS_OF_SLOW);
    long room = ALLOCATED_ANYWAY + (long) MOST_ALLOCATED_PER_OCTET * message.length;
    if ((took > most || more > room) && tries > 0) {
      return measured(message, terms, tries - 1);
    }
    if (took > most || more > room) {
      fail("%d octets took %d ns and %d octets of memory".formatted(message.length, took, more));
    }
    return reading;
  }

  /// What we write ourselves is whole and good: an UPDATE for each set of attributes.
  private static void readsWhatItWrites(Message message, PeerTerms terms) {
    if (!(message instanceof Update update)) {
      assertThat(again(message, terms)).isEqualTo(message);
      return;
    }
    for (Announcement announcement : update.announced()) {
      Update alone = Update.announce(announcement.attributes(), announcement.prefixes());
      assertThat(again(alone, terms)).isEqualTo(alone);
    }
  }

  private static Message again(Message message, PeerTerms terms) {
    ByteBuf out = Unpooled.buffer();
    try {
      MessageCodec.encode(message, terms, out);
    } catch (IllegalArgumentException _) {
      return message; // too long: the caller splits
    }
    return switch (MessageCodec.decode(out, terms)) {
      case Reading.Understood(var read) -> read;
      case Reading.Refused(_, var reason) -> fail("refused: " + reason);
    };
  }

  /// The fast way gives what the exact one gives, or leaves it to it.
  private void readsFastWhatItReads(byte[] message, PeerTerms terms, Reading exact) {
    batch.clear();
    var refused = reader.read(Unpooled.wrappedBuffer(message), terms, batch);
    if (refused.isPresent()) {
      assertThat(exact).isEqualTo(refused.get());
      return;
    }
    Update update = (Update) ((Reading.Understood) exact).message();
    for (int step = 0; step < batch.steps(); step++) {
      if (batch.what(step) == UpdateBatch.EXACT) {
        assertThat(batch.exact(step)).isEqualTo(update);
        continue;
      }
      int prefixes = batch.to(step) - batch.from(step);
      if (batch.what(step) == UpdateBatch.WITHDRAW) {
        assertThat(update.withdrawn()).hasSize(prefixes);
      } else {
        Announcement only = update.announced().getFirst();
        int from = batch.attributesFrom(step);
        assertThat(only.prefixes()).hasSize(prefixes);
        assertThat(CanonicalForm.attributes(batch.attributes(), from, batch.attributesLength(step)))
            .isEqualTo(only.attributes());
      }
    }
  }

  @Test
  void bfdPackets() {
    fuzz(
        FuzzCorpus.lines("bfd.txt"),
        0,
        input -> {
          switch (BfdCodec.read(Unpooled.wrappedBuffer(input))) {
            case BfdReading.Discarded(var why) -> assertThat(why.toString()).isNotEmpty();
            case BfdReading.Understood(var packet) -> assertThat(packet.toString()).isNotEmpty();
          }
        });
  }

  /// Each message of the corpus, ending at each octet, and with each octet that may be a length
  /// turned into those that hurt.
  @Test
  void everyEndAndEveryLength() {
    int[] hurting = {0, 1, 0x7f, 0x80, 0xff};
    for (byte[] message : FuzzCorpus.messages()) {
      for (int length = Header.LENGTH; length <= message.length; length++) {
        byte[] cut = Arrays.copyOf(message, length);
        Words.put16(cut, MARKER, length);
        message(cut);
      }
      for (int at = TYPE_AT; at < message.length; at++) {
        for (int octet : hurting) {
          message(withOctet(message, at, octet));
        }
        message(withOctet(message, at, message[at] - 1));
        message(withOctet(message, at, message[at] + 1));
      }
    }
  }

  private static byte[] withOctet(byte[] message, int at, int octet) {
    byte[] changed = message.clone();
    changed[at] = (byte) octet;
    return changed;
  }
}
