// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor;

import dev.brindle.api.net.IpAddress;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.live.LiveKernel;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.nft.NftChain;
import dev.brindle.linux.nft.NftChain.Hook;
import dev.brindle.linux.nft.NftExpression;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.nft.NftRule;
import dev.brindle.linux.nft.NftTable;
import dev.brindle.linux.reconcile.NftPlan;
import dev.brindle.node.doctor.check.KernelCheck;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Tries what we need of the kernel in a network namespace that nobody else sees and that goes with
/// the look.
final class KernelProbe {

  private static final int VNI = 4096;
  private static final int PORT = 4789;
  private static final int MTU = 1450;

  private KernelProbe() {}

  /// A feature of nf_tables.
  private record Feature(String name, String type, Hook hook, NftExpression expression) {}

  private static final List<Feature> FEATURES =
      List.of(
          new Feature(
              "ct state",
              "filter",
              Hook.FORWARD,
              new NftExpression.CtState(Set.of(NftExpression.State.ESTABLISHED))),
          new Feature(
              "fib (reverse path)",
              "filter",
              Hook.PREROUTING,
              new NftExpression.ReversePathFails(false)),
          new Feature(
              "fib (local addresses)",
              "filter",
              Hook.PREROUTING,
              new NftExpression.LocalAddress(NftExpression.Side.DESTINATION, false)),
          new Feature("limit", "filter", Hook.FORWARD, new NftExpression.Limit(10, 1, 5)),
          new Feature("log", "filter", Hook.FORWARD, new NftExpression.Log("brindle doctor")),
          new Feature("counter", "filter", Hook.FORWARD, new NftExpression.Counter()),
          new Feature("mark", "filter", Hook.FORWARD, new NftExpression.SetMark(1, 1)),
          new Feature("notrack", "filter", Hook.PREROUTING, new NftExpression.NoTrack()),
          new Feature("reject", "filter", Hook.FORWARD, new NftExpression.Reject(false)),
          new Feature(
              "masquerade",
              "nat",
              Hook.POSTROUTING,
              new NftExpression.Masquerade(Optional.empty(), true)),
          new Feature(
              "snat",
              "nat",
              Hook.POSTROUTING,
              new NftExpression.Snat(IpAddress.parse("192.0.2.1"), Optional.empty())));

  /// @param release of the kernel
  /// @param needsVxlan whether pools have that encapsulation, or there are no pools yet
  /// @param needsIpip likewise
  static KernelCheck.Facts look(String release, boolean needsVxlan, boolean needsIpip) {
    Map<String, String> rules = new TreeMap<>();
    Map<String, String> links = new TreeMap<>();
    try (LiveKernel kernel = LiveKernel.in(NetworkNamespace.create(JnrLibc.get()))) {
      for (Feature feature : FEATURES) {
        attempt(feature.name(), rules, () -> rule(kernel, feature));
      }
      if (needsVxlan) {
        var vxlan = new Link.Kind.Vxlan(VNI, Optional.empty(), 0, PORT, false);
        attempt(
            "vxlan",
            links,
            () -> kernel.links().createVxlan("vxlan.calico", Optional.empty(), MTU, vxlan));
      }
      if (needsIpip) {
        // between nobodies: one between any is there already where the kernel knows the kind
        var ipip =
            new Link.Kind.Ipip(
                Optional.of(IpAddress.parse("192.0.2.1")),
                Optional.of(IpAddress.parse("192.0.2.2")));
        attempt("ipip", links, () -> kernel.links().createIpip("brindle-ipip", ipip));
      }
    }
    return new KernelCheck.Facts(release, FEATURES.size(), rules, links);
  }

  private static void attempt(String name, Map<String, String> refused, Runnable trial) {
    try {
      trial.run();
    } catch (KernelException e) {
      refused.put(name, String.valueOf(e.getMessage()));
    }
  }

  private static void rule(LiveKernel kernel, Feature feature) {
    var chain =
        new NftChain(
            "probe",
            Optional.of(new NftChain.Base(feature.type(), feature.hook(), 0)),
            List.of(NftRule.of(feature.expression())));
    var table =
        new NftTable(
            NftFamily.IP, "probe", new TreeMap<>(Map.of("probe", chain)), new TreeMap<>(Map.of()));
    kernel.nft().run(NftPlan.between(List.of(table), List.of()));
    var nothing = NftTable.empty(NftFamily.IP, "probe");
    kernel
        .nft()
        .run(
            NftPlan.between(
                List.of(nothing), kernel.nft().read(NftFamily.IP, "probe").stream().toList()));
  }
}
