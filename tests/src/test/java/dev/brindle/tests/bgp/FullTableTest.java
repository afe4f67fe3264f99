// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.bgp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A million routes, in a speaker of 200 MB, shown by a command of 64 MB.
class FullTableTest {

  private static final int ROUTES = 1_000_000;
  private static final int IN_A_MESSAGE = 900;
  private static final int HEADER = 19;
  private static final int UPDATE = 2;

  private static final String CONFIG =
      """
      asn: 64512
      routerId: 127.0.0.1
      listen: ["127.0.0.1:1790"]
      neighbors:
        - {address: 127.0.0.2, asn: 65001, passive: true, import: accept, export: accept}
      """;

  /// AS 65001, hold time 0, identifier 127.0.0.2; IPv4 and AS numbers of four octets.
  private static final String OPEN = "04 fde9 0000 7f000002 0e 020c 010400010001 41040000fde9";

  /// ORIGIN, AS_PATH 65001, NEXT_HOP 192.0.2.2, nothing withdrawn.
  private static final String ATTRIBUTES = "0000 0014 40010100 40020602010000fde9 400304c0000202";

  @TempDir private Path base;
  private SpeakerRig rig;

  @BeforeEach
  void make() throws Exception {
    rig = SpeakerRig.make(base);
    rig.write("speaker.yaml", CONFIG);
  }

  @AfterEach
  void end() {
    rig.close();
  }

  @Test
  void isShownByACommandThatCouldNotHoldIt() throws Exception {
    Process speaker = rig.speaker();
    try (Socket peer = rig.call()) {
      tell(peer);
      rig.await(it -> it.out().contains("1,000,000 prefixes"), "summary");
      showsTheTable(speaker);
    }
  }

  private void showsTheTable(Process speaker) throws Exception {
    try (SocketChannel stuck = SocketChannel.open(address())) {
      stuck.write(ByteBuffer.wrap("{\"version\":1,\"command\":\"routes\"}\n".getBytes(UTF_8)));
      Path out = base.resolve("routes.json");
      assertThat(rig.bgpTo(out, "routes", "--json")).as(rig.log("to.err")).isZero();
      try (Stream<String> lines = Files.lines(out)) {
        assertThat(lines.mapToInt(FullTableTest::prefix).distinct().count()).isEqualTo(ROUTES);
      }
      assertThat(rig.bgpTo(out, "routes")).as(rig.log("to.err")).isZero();
      try (Stream<String> lines = Files.lines(out)) {
        assertThat(lines.count()).isEqualTo(ROUTES + 1);
      }
      assertThat(rig.bgp("routes", "--limit", "5").out().lines()).hasSize(6);
      assertThat(speaker.isAlive()).as(rig.log("speaker.log")).isTrue();
      assertThat(rig.bgp("summary").out()).contains("1 of 1 neighbors up, 1,000,000 prefixes");
    }
  }

  /// Listening follows the port, and the rig waits for that.
  private UnixDomainSocketAddress address() {
    return UnixDomainSocketAddress.of(rig.control().resolve("control.sock"));
  }

  /// `{"prefix":"16.1.2.0/24",...`, as a number.
  private static int prefix(String line) {
    String[] parts = line.substring(line.indexOf(':') + 2, line.indexOf('/')).split("\\.", -1);
    return (Integer.parseInt(parts[0]) << 16)
        | (Integer.parseInt(parts[1]) << 8)
        | Integer.parseInt(parts[2]);
  }

  private static void tell(Socket peer) throws IOException {
    OutputStream out = peer.getOutputStream();
    out.write(message(1, HexFormat.of().parseHex(OPEN.replace(" ", ""))));
    out.write(message(4, new byte[0]));
    DataInputStream in = new DataInputStream(peer.getInputStream());
    while (type(in) != 4) {
      // its OPEN
    }
    byte[] attributes = HexFormat.of().parseHex(ATTRIBUTES.replace(" ", ""));
    for (int from = 0; from < ROUTES; from += IN_A_MESSAGE) {
      int count = Math.min(IN_A_MESSAGE, ROUTES - from);
      ByteBuffer body = ByteBuffer.allocate(attributes.length + 4 * count).put(attributes);
      for (int i = from; i < from + count; i++) {
        body.putInt((24 << 24) | (0x10_0000 + i));
      }
      out.write(message(UPDATE, body.array()));
    }
  }

  private static int type(DataInputStream in) throws IOException {
    byte[] header = in.readNBytes(HEADER);
    in.readNBytes((((header[16] & 0xff) << 8) | (header[17] & 0xff)) - HEADER);
    return header[18];
  }

  private static byte[] message(int type, byte[] body) {
    return ByteBuffer.allocate(HEADER + body.length)
        .putLong(-1)
        .putLong(-1)
        .putShort((short) (HEADER + body.length))
        .put((byte) type)
        .put(body)
        .array();
  }
}
