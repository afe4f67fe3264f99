// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What the kernel takes for a peer that does not read: much less than it is told, in a network of
/// our own.
record SendBuffers(String usual) implements AutoCloseable {

  private static final Path SETTING = Path.of("/proc/sys/net/ipv4/tcp_wmem");

  static SendBuffers small() throws IOException {
    assumeTrue(OwnNetwork.isThere(), "needs a network namespace of its own");
    String usual = Files.readString(SETTING);
    Files.writeString(SETTING, "4096 16384 65536");
    return new SendBuffers(usual);
  }

  @Override
  public void close() throws IOException {
    Files.writeString(SETTING, usual);
  }
}
