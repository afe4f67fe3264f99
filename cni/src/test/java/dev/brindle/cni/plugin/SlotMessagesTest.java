// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StreamCorruptedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlotMessagesTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4071, 4072, 4073, 100_000, SlotMessages.MAX_REQUEST})
  void carriesMessagesOfAnyLength(int length) throws IOException {
    byte[] content = bytes(length);
    List<byte[]> pieces = pieces(7, content);

    SlotMessage message = SlotMessages.read(stream(pieces), SlotMessages.MAX_REQUEST);

    assertThat(pieces).allSatisfy(piece -> assertThat(piece.length).isLessThanOrEqualTo(4096));
    assertThat(message.call()).isEqualTo(7);
    assertThat(message.isTooLong()).isFalse();
    assertThat(message.content()).isEqualTo(content);
  }

  @Test
  void passesOverACallThatBrokeOff() throws IOException {
    List<byte[]> all = new ArrayList<>(pieces(1, bytes(10_000)).subList(0, 2));
    all.addAll(pieces(2, bytes(9_000)));

    SlotMessage message = SlotMessages.read(stream(all), SlotMessages.MAX_REQUEST);

    assertThat(message.call()).isEqualTo(2);
    assertThat(message.content()).isEqualTo(bytes(9_000));
  }

  @Test
  void passesOverTheEndOfACallWhoseStartIsMissing() throws IOException {
    List<byte[]> all = new ArrayList<>(pieces(1, bytes(10_000)).subList(1, 3));
    all.addAll(pieces(2, bytes(5)));

    assertThat(SlotMessages.read(stream(all), SlotMessages.MAX_REQUEST).call()).isEqualTo(2);
  }

  @Test
  void tellsOfACallThatIsTooLongAndGoesOn() throws IOException {
    List<byte[]> all = new ArrayList<>(pieces(1, bytes(10_000)));
    all.addAll(pieces(2, bytes(5)));
    var stream = stream(all);

    SlotMessage first = SlotMessages.read(stream, 9_999);
    SlotMessage second = SlotMessages.read(stream, 9_999);

    assertThat(first.call()).isEqualTo(1);
    assertThat(first.isTooLong()).isTrue();
    assertThat(second.call()).isEqualTo(2);
    assertThat(second.content()).isEqualTo(bytes(5));
  }

  @Test
  void readsTheReplyOfItsOwnCallOnly() throws IOException {
    List<byte[]> all = new ArrayList<>(pieces(1, bytes(3)));
    all.addAll(pieces(2, bytes(4)));

    assertThat(SlotMessages.readReply(stream(all), 2)).isEqualTo(bytes(4));
  }

  @Test
  void noticesTheEnd() {
    assertThatExceptionOfType(EOFException.class)
        .isThrownBy(() -> SlotMessages.readReply(stream(pieces(1, bytes(3))), 2));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void refusesNoise(long seed) {
    byte[] noise = new byte[4096];
    new Random(seed).nextBytes(noise);

    assertThatIOException()
        .as("seed %d", seed)
        .isThrownBy(() -> SlotMessages.read(new ByteArrayInputStream(noise), 100))
        .withMessage("these bytes are no piece of a message");
  }

  /// Noise of every length, also some that begins as a piece does, with a call right behind it.
  @Test
  void findsTheCallBehindNoise() throws IOException {
    byte[] begun = pieces(1, bytes(9)).getFirst();
    for (int length = 0; length < 100; length++) {
      for (byte[] noise : List.of(new byte[length], Arrays.copyOf(begun, Math.min(length, 4)))) {
        List<byte[]> all = new ArrayList<>(List.of(noise));
        all.addAll(pieces(7, bytes(9_000)));
        InputStream stream = new BufferedInputStream(stream(all));
        SlotMessage message = null;
        for (int passedOver = 0; message == null; passedOver++) {
          try {
            message = SlotMessages.read(stream, SlotMessages.MAX_REQUEST);
          } catch (StreamCorruptedException _) {
            assertThat(passedOver).as("bytes passed over").isLessThan(noise.length);
          }
        }
        assertThat(message.call()).as("noise of %d bytes", length).isEqualTo(7);
        assertThat(message.content()).isEqualTo(bytes(9_000));
      }
    }
  }

  @Test
  void carriesTheCallOfThePlugin() {
    byte[] message =
        PluginCall.encode(
            Map.of("CNI_COMMAND", "ADD", "CNI_ARGS", "A=b", "HOME", "/root"),
            "{ü}".getBytes(StandardCharsets.UTF_8));

    assertThat(PluginCall.decode(message))
        .isEqualTo(new PluginCall(Map.of("CNI_COMMAND", "ADD", "CNI_ARGS", "A=b"), "{ü}"));
    assertThat(PluginReply.decode(new PluginReply(1, "ü").encode()))
        .isEqualTo(new PluginReply(1, "ü"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "CNI_COMMAND", "CNI_COMMAND=ADD", "CNI_COMMAND\0\0"})
  void refusesACallOfAnotherForm(String text) {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> PluginCall.decode(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static List<byte[]> pieces(long call, byte[] content) throws IOException {
    List<byte[]> pieces = new ArrayList<>();
    SlotMessages.write(
        new OutputStream() {
          @Override
          public void write(int b) {
            throw new AssertionError("a piece must be one write");
          }

          @Override
          public void write(byte[] piece) {
            pieces.add(piece.clone());
          }
        },
        call,
        content);
    return pieces;
  }

  private static ByteArrayInputStream stream(List<byte[]> pieces) {
    var all = new ByteArrayOutputStream();
    pieces.forEach(all::writeBytes);
    return new ByteArrayInputStream(all.toByteArray());
  }
}
