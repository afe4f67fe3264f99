// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor.check;

import dev.brindle.api.net.IpAddress;
import java.util.HexFormat;
import java.util.List;

/// `/proc/net/tcp` and its kin: who waits for callers.
public final class SocketLines {

  private static final String LISTENS = "0A";
  private static final String UNCONNECTED = "07";
  private static final int WORD = 4;
  private static final int INODE = 9;

  private SocketLines() {}

  /// @param inode of the socket; 0 for one of the kernel's own
  public record Waiting(IpAddress address, int port, long inode) {}

  /// @param lines of the file, with its heading
  public static List<Waiting> read(String protocol, List<String> lines) {
    String state = protocol.equals("tcp") ? LISTENS : UNCONNECTED;
    return lines.stream()
        .skip(1)
        .map(line -> line.strip().split("\\s+"))
        .filter(words -> words.length > INODE && words[3].equals(state))
        .map(
            words ->
                new Waiting(
                    address(words[1].substring(0, words[1].indexOf(':'))),
                    Integer.parseInt(words[1].substring(words[1].indexOf(':') + 1), 16),
                    Long.parseLong(words[INODE])))
        .toList();
  }

  /// Words of 32 bits, each as a little-endian machine has it in memory.
  private static IpAddress address(String hex) {
    byte[] raw = HexFormat.of().parseHex(hex);
    var bytes = new byte[raw.length];
    for (int i = 0; i < raw.length; i++) {
      bytes[i] = raw[i - i % WORD + WORD - 1 - i % WORD];
    }
    return IpAddress.ofBytes(bytes);
  }
}
