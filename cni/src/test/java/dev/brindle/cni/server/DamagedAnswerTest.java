// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.cni.plugin.PluginReply;
import dev.brindle.cni.plugin.SlotMessages;
import dev.brindle.cni.server.PluginClient.Ended;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The plugin and a daemon that answers nonsense, the answer to somebody else, or half of it before
/// it dies.
@ParameterizedClass(name = "{0}")
@EnumSource(PluginClient.class)
class DamagedAnswerTest {

  private static final int FUZZED = 300;
  private static final long OTHER_CALL = 77;

  @TempDir private Path base;
  @Parameter private PluginClient client = PluginClient.JAVA;

  @BeforeEach
  void needsTheClient() {
    client.needed();
  }

  /// Pieces: `number` (own or other), total@offset+length, then how many bytes really follow.
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                          | pieces                                     | exit code and bytes, or away
          one piece                        | own 6@0+6 6                                | 42 5
          two pieces                       | own 6@0+4 4, own 6@4+2 2                   | 42 5
          a piece of nothing between       | own 6@0+4 4, own 6@4+0 0, own 6@4+2 2      | 42 5
          nothing but an exit code         | own 1@0+1 1                                | 42 0
          as long as an answer may be      | long                                       | 42 32767
          another's answer before          | other 6@0+6 6, own 3@0+3 3                 | 42 2
          another's half answer before     | other 9@0+6 6, own 3@0+3 3                 | 42 2
          the end of another's answer      | other 9@6+3 3, own 3@0+3 3                 | 42 2
          another's between ours           | own 6@0+4 4, other 2@0+2 2, own 6@4+2 2    | 42 5
          another's that is too long       | other 40000@0+6 6, own 3@0+3 3             | 42 2
          begun twice                      | own 6@0+4 4, own 3@0+3 3                   | 42 2
          not a piece at all               | noise                                      | away
          longer than a piece may be       | own 5000@0+4073 4073                       | away
          a length that is negative        | own 5000@0+-1 10                           | away
          longer than an answer may be     | own 32769@0+10 10                          | away
          a total that is negative         | own -1@0+10 10                             | away
          the least total there is         | own -2147483648@0+10 10                    | away
          an answer of nothing             | own 0@0+0 0                                | away
          its start is missing             | own 6@4+2 2                                | away
          a gap                            | own 9@0+3 3, own 9@6+3 3                   | away
          the same bytes again             | own 9@0+3 3, own 9@3+3 3, own 9@3+3 3      | away
          another total in the middle      | own 9@0+3 3, own 12@3+9 9                  | away
          a total that shrinks             | own 30000@0+4000 4000, own 10@4000+5 5     | away
          beyond its own end               | own 3@0+10 10                              | away
          an offset that is negative       | own 9@0+3 3, own 9@-6+3 3                  | away
          offset and length overflow       | own 2147483647@2147483647+4000 4000        | away
          half an answer                   | own 9@0+3 3                                | away
          half a piece                     | own 9@0+9 5                                | away
          half a header                    | half                                       | away
          nothing                          | none                                       | away
          """)
  void reads(String story, String pieces, String expected) throws Exception {
    Ended ended = ask(call -> bytes(pieces, call));

    if (expected.equals("away")) {
      assertThat(ended.exitCode()).as(ended.output()).isEqualTo(1);
      assertThat(ended.output()).contains("\"code\":11", "it ended during the call");
    } else {
      assertThat(ended.exitCode() + " " + ended.output().length()).isEqualTo(expected);
    }
  }

  /// Damage as it comes: the plugin takes what the reader in Java takes, and else says that the
  /// daemon ended.
  @Test
  void readsNothingThatTheOtherReaderWouldNot() throws Exception {
    long seed = Long.getLong("fuzz.seed", 20_261_121L);
    var random = new Random(seed);
    int rounds = client == PluginClient.JAVA ? FUZZED / 15 : FUZZED;
    int away = 0;
    for (int i = 0; i < rounds; i++) {
      long damage = random.nextLong();
      byte[][] sent = new byte[1][];
      Ended ended =
          ask(
              call -> {
                sent[0] = damaged(call, new Random(damage));
                return sent[0];
              });

      assertThat(ended).as("seed %d, round %d", seed, i).isEqualTo(expected(sent[0]));
      away += ended.output().contains("it ended during the call") ? 1 : 0;
    }
    assertThat(away).as("seed %d: some are damaged, some are not", seed).isBetween(1, rounds - 1);
  }

  /// The call's number is in the first bytes, which are not damaged for that reason.
  private static Ended expected(byte[] sent) {
    long call = ByteBuffer.wrap(sent).getLong(4);
    try {
      byte[] answer = SlotMessages.readReply(new ByteArrayInputStream(sent), call);
      PluginReply reply = PluginReply.decode(answer);
      return new Ended(reply.exitCode(), reply.output());
    } catch (IOException _) {
      return new Ended(
          1,
          "{\"cniVersion\":\"1.0.0\",\"code\":11,"
              + "\"msg\":\"the brindle node daemon is not running: it ended during the call\","
              + "\"details\":\"see this node's pod brindle-node, or the daemon's log\"}");
    }
  }

  private static byte[] damaged(long call, Random random) {
    var bytes = new ByteArrayOutputStream();
    int total = 1 + random.nextInt(9_000);
    for (int offset = 0; offset < total; ) {
      int length = Math.min(1 + random.nextInt(4072), total - offset);
      bytes.writeBytes(text(call, total, offset, length));
      offset += length;
      if (random.nextInt(4) == 0) {
        bytes.writeBytes(text(OTHER_CALL, total, 0, Math.min(total, 4072)));
      }
    }
    byte[] damaged = bytes.toByteArray();
    for (int i = random.nextInt(4); i > 0 && damaged.length > 24; i--) {
      // mostly the headers' small numbers, or any byte but the first header's magic and number
      int at =
          random.nextBoolean() ? 12 + random.nextInt(12) : 12 + random.nextInt(damaged.length - 12);
      damaged[at] =
          (byte)
              (random.nextBoolean() ? random.nextInt(128) : damaged[at] ^ (1 << random.nextInt(7)));
    }
    return random.nextInt(4) == 0
        ? Arrays.copyOf(damaged, Math.max(24, random.nextInt(damaged.length)))
        : damaged;
  }

  private static byte[] text(long call, int total, int offset, int length) {
    return FakeDaemon.piece(FakeDaemon.MAGIC, call, total, offset, length, letters(length));
  }

  private static byte[] letters(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) '*'); // 42
    return bytes;
  }

  private static byte[] bytes(String pieces, long call) {
    var bytes = new ByteArrayOutputStream();
    switch (pieces) {
      case "none" -> {}
      case "noise" ->
          bytes.writeBytes("this is no piece of any message".getBytes(StandardCharsets.UTF_8));
      case "half" -> bytes.writeBytes(Arrays.copyOf(text(call, 1, 0, 1), 12));
      case "long" -> {
        for (int offset = 0; offset < SlotMessages.MAX_REPLY; offset += 4072) {
          int length = Math.min(4072, SlotMessages.MAX_REPLY - offset);
          bytes.writeBytes(text(call, SlotMessages.MAX_REPLY, offset, length));
        }
      }
      default -> {
        for (String piece : pieces.split(", *", -1)) {
          String[] words = piece.split("[ @]|\\+(?=-?\\d)", -1);
          bytes.writeBytes(
              FakeDaemon.piece(
                  FakeDaemon.MAGIC,
                  words[0].equals("own") ? call : OTHER_CALL,
                  Integer.parseInt(words[1]),
                  Integer.parseInt(words[2]),
                  Integer.parseInt(words[3]),
                  letters(Integer.parseInt(words[4]))));
        }
      }
    }
    return bytes.toByteArray();
  }

  private interface Answer {
    byte[] bytes(long callNumber);
  }

  /// The daemon dies right after its answer.
  private Ended ask(Answer answer) throws Exception {
    Path directory = base.resolve("cni");
    Process process;
    try (FakeDaemon daemon = FakeDaemon.open(directory)) {
      process =
          PluginClient.start(
              client.builder(Map.of("CNI_COMMAND", "ADD", "BRINDLE_CNI_DIR", directory.toString())),
              "{\"cniVersion\": \"1.0.0\"}");
      daemon.write(answer.bytes(daemon.call().call()));
    }
    return PluginClient.ended(process);
  }
}
