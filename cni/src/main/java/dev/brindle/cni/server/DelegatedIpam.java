// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static dev.brindle.cni.protocol.CniError.Code.GENERAL;
import static dev.brindle.cni.protocol.CniError.Code.INVALID_NETWORK_CONFIG;
import static dev.brindle.cni.protocol.CniError.Code.TRY_AGAIN_LATER;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.cni.pod.PodAsks;
import dev.brindle.cni.pod.PodIdentity;
import dev.brindle.cni.protocol.CniCommand;
import dev.brindle.cni.protocol.CniConfig;
import dev.brindle.cni.protocol.CniError;
import dev.brindle.cni.protocol.CniException;
import dev.brindle.cni.protocol.IpamResult;
import dev.brindle.cni.protocol.PodCidrMarks;
import dev.brindle.cni.server.Delegates.Outcome;
import dev.brindle.datastore.PodNotes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// Addresses that another plugin assigns (host-local, dhcp, static, ...): it gets the call as we
/// got it, but for the node's networks in the place of their marks.
///
/// @param host where plugins are run
/// @param podCidrs the networks of the node's pods
record DelegatedIpam(CniConfig config, Delegates host, Supplier<List<Cidr>> podCidrs)
    implements PodIpam {

  private static final int SHOWN = 200;
  private static final String STATIC = "static";
  private static final String DHCP = "dhcp";

  /// `dhcp` asks over the pod's interface, which is made for the addresses that IPAM gives, and on
  /// whose other side is nobody but this node.
  ///
  /// @throws CniException code 7
  static void refuseImpossible(CniConfig config) {
    if (config.ipam().type().equals(DHCP)) {
      throw new CniException(
          INVALID_NETWORK_CONFIG,
          ("network configuration: ipam.type is 'dhcp', which asks over the pod's interface: that"
                  + " of network '%s' is not there before it has an address, and leads to no"
                  + " network with a DHCP server: expected 'calico-ipam', 'host-local' or"
                  + " 'static', and dhcp for a second network of the pod, of bridge or macvlan")
              .formatted(config.name()));
    }
  }

  /// It is the other plugin's to say.
  @Override
  public Set<IpFamily> families(PodAsks asks) {
    return Set.of();
  }

  /// Another plugin takes a container that it knows for a mistake, so that one is told of first.
  @Override
  public IpamResult assign(PodIdentity pod, PodNotes notes, PodAsks asks, List<Cidr> earlier) {
    if (!earlier.isEmpty()) {
      release(pod);
    }
    String result = run(CniCommand.ADD);
    try {
      return IpamResult.read(result);
    } catch (IllegalArgumentException e) {
      throw new CniException(
          GENERAL,
          "IPAM plugin '%s': its result cannot be used: %s: '%s'"
              .formatted(type(), e.getMessage(), shown(result)),
          e);
    }
  }

  @Override
  public void release(PodIdentity pod) {
    run(CniCommand.DEL);
  }

  /// But for `static`: it has no record, and compares the result with its configuration, masks too,
  /// which pods of ours never have.
  @Override
  public void check() {
    if (!type().equals(STATIC)) {
      run(CniCommand.CHECK);
    }
  }

  void collect() {
    run(CniCommand.GC);
  }

  void status() {
    run(CniCommand.STATUS);
  }

  private String type() {
    return config.ipam().type();
  }

  /// @throws CniException with the plugin's own error if it says one
  private String run(CniCommand command) {
    if (type().equals(DHCP) && !isAboutMore(command)) {
      return ""; // there is nothing that it gave, and its daemon need not run
    }
    refuseImpossible(config);
    Outcome outcome = host.run(type(), command, input(command));
    if (outcome.exitCode() == 0) {
      return outcome.output();
    }
    Optional<CniError> error = CniError.read(outcome.output());
    throw new CniException(error.orElseGet(() -> fault(command, outcome)));
  }

  private CniError fault(CniCommand command, Outcome outcome) {
    return switch (outcome.exitCode()) {
      case Outcome.NOT_RUN ->
          CniError.of(
              GENERAL,
              "failed to find plugin '%s' of ipam.type in a directory of CNI_PATH, usually /opt/cni/bin, or to run it: %s"
                  .formatted(type(), shown(outcome.output())));
      case Outcome.KILLED ->
          CniError.of(
              TRY_AGAIN_LATER,
              "IPAM plugin '%s' was killed: its %s took longer than 40 s, or somebody else did it"
                  .formatted(type(), command));
      default ->
          CniError.of(
              GENERAL,
              "IPAM plugin '%s' ended its %s with exit code %d and no error of CNI: '%s'"
                  .formatted(type(), command, outcome.exitCode(), shown(outcome.output())));
    };
  }

  private static String shown(String output) {
    return output.length() <= SHOWN ? output.strip() : output.substring(0, SHOWN).strip() + "...";
  }

  /// Empty for what we got ourselves. What is taken away need not be looked up, and must not depend
  /// on it.
  private String input(CniCommand command) {
    if (!PodCidrMarks.isIn(config.text())) {
      return "";
    }
    return PodCidrMarks.replaced(
        config.text(), isAboutMore(command) ? podCidrs.get() : PodCidrMarks.ANY);
  }

  /// More than taking away.
  private static boolean isAboutMore(CniCommand command) {
    return command != CniCommand.DEL && command != CniCommand.GC;
  }
}
