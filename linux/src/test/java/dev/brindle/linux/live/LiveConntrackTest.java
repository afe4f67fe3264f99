// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.api.net.IpAddress;
import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.nft.NftChain;
import dev.brindle.linux.nft.NftChange;
import dev.brindle.linux.nft.NftExpression;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.nft.NftRule;
import dev.brindle.linux.nft.NftTransaction;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Connection tracking of the real kernel, in a namespace made here.
class LiveConntrackTest {

  @Test
  void connectionsOfAnAddressAreForgotten() {
    assumeTrue(
        JnrLibc.get().effectiveUser() == 0,
        "needs root, of the machine or of a user namespace (unshare -Urnm)");
    try (var kernel = LiveKernel.in(NetworkNamespace.create(JnrLibc.get()))) {
      kernel.links().setUp(kernel.links().find("lo").orElseThrow().index(), true);
      track(kernel);
      kernel.namespace().call(LiveConntrackTest::send);

      assertThat(kernel.conntrack().forget(IpAddress.parse("192.0.2.1"))).isZero();
      assertThat(kernel.conntrack().forget(IpAddress.parse("127.0.0.2"))).isEqualTo(1);
      assertThat(kernel.conntrack().forget(IpAddress.parse("127.0.0.2"))).isZero();
    }
  }

  /// Tracking begins with the first rule that asks for it.
  private static void track(LiveKernel kernel) {
    var output = new NftChain.Base("filter", NftChain.Hook.OUTPUT, 0);
    var rule = NftRule.of(new NftExpression.CtState(Set.of(NftExpression.State.NEW)));
    kernel
        .nft()
        .run(
            new NftTransaction(
                List.of(
                    new NftChange.PutTable(NftFamily.IP, "t"),
                    new NftChange.PutChain(
                        NftFamily.IP, "t", new NftChain("c", Optional.of(output), List.of())),
                    new NftChange.SetRules(NftFamily.IP, "t", "c", List.of(rule)))));
  }

  private static int send() throws Exception {
    try (var receiver = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.2"));
        var sender = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.3"))) {
      var packet =
          new DatagramPacket(
              new byte[1], 1, InetAddress.ofLiteral("127.0.0.2"), receiver.getLocalPort());
      sender.send(packet);
      return packet.getLength();
    }
  }
}
