// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.topology;

/// One kind of packet that can be tried.
///
/// @param port 0 for ICMP
public record Traffic(Kind kind, int port) {

  public static final Traffic ICMP = new Traffic(Kind.ICMP, 0);

  private static final int MAX_PORT = 65_535;

  /// @throws IllegalArgumentException if the port does not fit the kind
  public Traffic {
    if (kind == Kind.ICMP ? port != 0 : port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException("port %d does not fit %s".formatted(port, kind.word()));
    }
  }

  public static Traffic tcp(int port) {
    return new Traffic(Kind.TCP, port);
  }

  public static Traffic udp(int port) {
    return new Traffic(Kind.UDP, port);
  }

  /// `tcp/8080`, or `icmp`.
  @Override
  public String toString() {
    return kind == Kind.ICMP ? kind.word() : kind.word() + "/" + port;
  }

  /// ICMP stands for both families' echo.
  public enum Kind implements Choice {
    TCP("tcp"),
    UDP("udp"),
    ICMP("icmp");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /// @throws IllegalArgumentException if there is no such word
    public static Kind parse(String word) {
      return Choice.named("protocol", word, values());
    }

    @Override
    public String word() {
      return word;
    }
  }
}
