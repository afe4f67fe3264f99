// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.fault;

import dev.brindle.api.net.Protocol;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.libc.NetlinkSocket;
import dev.brindle.linux.netlink.IpSetMessages;
import dev.brindle.linux.netlink.MessageWriter;
import dev.brindle.linux.netlink.Refusal;
import dev.brindle.linux.nft.NftChain;
import dev.brindle.linux.nft.NftChain.Hook;
import dev.brindle.linux.nft.NftChange;
import dev.brindle.linux.nft.NftExpression;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.nft.NftRule;
import dev.brindle.linux.nft.NftTransaction;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Packet filters of others.
final class RuleFaults {

  private static final String SET = "cali40lab";

  private RuleFaults() {}

  /// A table of somebody's with one chain, until the fault is healed.
  ///
  /// @param base where it looks; empty if nothing leads there
  static void chain(
      Patient patient,
      NftFamily family,
      String table,
      String name,
      Optional<NftChain.Base> base,
      List<NftRule> rules) {
    if (patient.kernel().nft().read(family, table).isPresent()) {
      throw new IllegalStateException(
          "%s has a table %s of its own".formatted(patient.node().name(), table));
    }
    patient.later(
        () ->
            patient
                .kernel()
                .nft()
                .run(new NftTransaction(List.of(new NftChange.RemoveTable(family, table)))));
    patient
        .kernel()
        .nft()
        .run(
            new NftTransaction(
                List.of(
                    new NftChange.PutTable(family, table),
                    new NftChange.PutChain(family, table, new NftChain(name, base, rules)),
                    new NftChange.SetRules(family, table, name, rules))));
  }

  /// A firewall of the family that the lab has.
  static void firewall(Patient patient, String name, Hook hook, List<NftRule> rules) {
    chain(
        patient,
        NftFamily.of(patient.family()),
        "%s-%s".formatted(patient.fault(), name),
        name,
        Optional.of(new NftChain.Base("filter", hook, 0)),
        rules);
  }

  static void forwardDropped(Patient patient) {
    firewall(
        patient,
        "forward",
        Hook.FORWARD,
        List.of(NftRule.of(new NftExpression.Counter(), NftExpression.DROP)));
  }

  /// All that the lab needs comes in.
  static void inputDropped(Patient patient) {
    Stream<NftRule> known =
        Stream.of(Protocol.TCP, Protocol.UDP, Protocol.ICMP, Protocol.ICMPV6, Protocol.IPIP)
            .map(each -> new NftExpression.L4Protocol(each, false))
            .map(each -> NftRule.of(each, NftExpression.ACCEPT));
    NftRule answers =
        NftRule.of(
            new NftExpression.CtState(
                Set.of(NftExpression.State.ESTABLISHED, NftExpression.State.RELATED)),
            NftExpression.ACCEPT);
    firewall(
        patient,
        "input",
        Hook.INPUT,
        Stream.of(Stream.of(answers), known, Stream.of(NftRule.of(NftExpression.DROP)))
            .flatMap(each -> each)
            .toList());
  }

  static void otherNetwork(Patient patient) {
    chain(
        patient,
        NftFamily.IP,
        patient.fault() + "-flannel",
        "FLANNEL-FWD",
        Optional.empty(),
        List.of());
  }

  /// As iptables-nft made it for Calico. A daemon that starts meanwhile removes it.
  static void calicoRules(Patient patient) {
    chain(patient, NftFamily.IP, "filter", "cali-FORWARD", Optional.empty(), List.of());
  }

  static void calicoSets(Patient patient) {
    patient.later(() -> ask(patient, out -> IpSetMessages.destroy(out, SET)));
    Optional<KernelException> refused =
        ask(patient, out -> IpSetMessages.createOfAddresses(out, SET));
    if (refused.isPresent()) {
      throw new IllegalStateException(
          "this kernel makes no IP sets (module ip_set_hash_ip): " + refused.get().getMessage());
    }
  }

  private interface Message {
    void write(MessageWriter out);
  }

  private static Optional<KernelException> ask(Patient patient, Message message) {
    var out = new MessageWriter();
    message.write(out);
    try (NetlinkSocket socket =
        patient
            .host()
            .inside(
                () -> NetlinkSocket.open(patient.rig().libc(), NetlinkSocket.Family.NETFILTER))) {
      List<Refusal> refusals = socket.run(out);
      return refusals.stream().findFirst().map(each -> each.asException("IP set " + SET));
    }
  }
}
