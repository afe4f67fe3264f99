// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/// What the fuzzer begins with: lines of hexadecimal digits in `src/test/resources/fuzz`.
public final class FuzzCorpus {

  private FuzzCorpus() {}

  /// BGP messages, with marker and length put in.
  public static List<byte[]> messages() {
    List<byte[]> messages = new ArrayList<>();
    for (byte[] line : lines("messages.txt")) {
      byte[] message = new byte[16 + line.length];
      Arrays.fill(message, 0, 16, (byte) 0xff);
      System.arraycopy(line, 0, message, 16, line.length);
      Words.put16(message, 16, message.length);
      messages.add(message);
    }
    return messages;
  }

  static List<byte[]> lines(String file) {
    try (InputStream in = FuzzCorpus.class.getResourceAsStream("/fuzz/" + file)) {
      String text =
          new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8);
      return text.lines()
          .map(line -> line.replaceAll("#.*", "").replace(" ", ""))
          .filter(line -> !line.isEmpty())
          .map(HexFormat.of()::parseHex)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
  }
}
