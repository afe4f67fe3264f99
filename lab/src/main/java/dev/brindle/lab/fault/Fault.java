// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.fault;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// What can be seeded on a node of a lab. Each is called as the finding that the doctor makes of
/// it.
public enum Fault {
  NO_NET_ADMIN("the node's programs lack CAP_NET_ADMIN", SettingFaults::noNetAdmin),
  IP_FORWARD_OFF("forwarding is switched off again and again", KernelFaults::ipForwardOff),
  INTERFACE_FORWARDING_OFF("eth0 forwards nothing", KernelFaults::interfaceForwardingOff),
  RP_FILTER_STRICT("the tunnel takes a strict reverse path", KernelFaults::rpFilterStrict),
  CONNTRACK_FULL("the table of connections is 97 % full", ConnectionFaults::full),
  CONNTRACK_FILLS("the table of connections is 85 % full", ConnectionFaults::fills),
  DIRECTORY_UNUSABLE("BRINDLE_STATE_DIR is inside of a file", SettingFaults::directoryUnusable),
  DISK_FULL("BRINDLE_STATE_DIR is on a disk of 1 MiB", SettingFaults::diskFull),
  CREDENTIAL_EXPIRED("KUBECONFIG has a token of yesterday", CredentialFaults::expired),
  CREDENTIAL_EXPIRES("KUBECONFIG has a token for a week", CredentialFaults::expires),
  CREDENTIAL_MISMATCH("KUBECONFIG has the key of another certificate", CredentialFaults::mismatch),
  CREDENTIAL_UNREADABLE("ETCD_CERT_FILE names a file that is not there", CredentialFaults::missing),
  CLOCK_DIFFERS("the store named is 10 minutes ahead", StoreFaults::clockDiffers),
  STORE_AWAY("the store named is a port where nobody listens", StoreFaults::away),
  STORE_AUTHORITY("the store named shows a stranger's certificate", StoreFaults::authority),
  STORE_CERTIFICATE_TIME("the store named shows an old certificate", StoreFaults::time),
  STORE_CERTIFICATE_NAME("the store named shows one for another name", StoreFaults::name),
  STORE_REFUSES_CERTIFICATE("the store named wants one of ours", StoreFaults::refuses),
  STORE_SLOW("the store named takes 1.2 s for each answer", StoreFaults::slow),
  STORE_LOCKED("the store is locked, as for a migration", StoreFaults::locked),
  IPAM_OF_GONE_NODES("the store named has a block of a node that is gone", StoreFaults::goneNode),
  ADDRESS_NONE("a new node, and IP_AUTODETECTION_METHOD finds nothing", SettingFaults::addressNone),
  ADDRESS_NOT_HERE("IP is an address that no interface has", SettingFaults::addressNotHere),
  ADDRESS_OF_CONTAINERS("IP is the address of docker0", SettingFaults::addressOfContainers),
  ADDRESS_VIRTUAL("IP is one that keepalived moves about", SettingFaults::addressVirtual),
  ADDRESS_IN_POOL("a disabled pool has the node's network", StoreFaults::addressInPool),
  ADDRESS_TWICE("another Node in the store has the address", StoreFaults::addressTwice),
  DAEMON_SILENT("the daemon is killed and stays away", KernelFaults::daemonSilent),
  DAEMON_NOT_READY("the daemon starts anew, with a peer that is not there", StoreFaults::notReady),
  PORT_TAKEN("FELIX_HEALTHPORT is the port of another program", SettingFaults::portTaken),
  BGP_REFUSED("a firewall rejects TCP 179, both ways; new sessions", WayFaults::bgpRefused),
  BGP_TIMEOUT("a firewall drops TCP 179, both ways; new sessions", WayFaults::bgpTimeout),
  BGP_UNREACHABLE("no way to another node; new sessions", WayFaults::bgpUnreachable),
  PATH_TOO_NARROW("the way to another node takes 1400 bytes", WayFaults::tooNarrow),
  PATH_BLACK_HOLE("the switch drops what is above 1400 bytes", WayFaults::blackHole),
  TUNNEL_BLOCKED("a firewall drops what tunnels send", WayFaults::tunnelBlocked),
  FORWARD_DROPPED("a firewall drops all that is forwarded", RuleFaults::forwardDropped),
  INPUT_DROPPED("a firewall drops what it does not know", RuleFaults::inputDropped),
  IPTABLES_LEGACY("a rule of the old iptables is there", OldRuleFaults::iptablesLegacy),
  OTHER_NETWORK_RULES("a chain of flannel is there", RuleFaults::otherNetwork),
  CALICO_RULES("a chain of Calico's is there", RuleFaults::calicoRules),
  CALICO_SETS("an IP set of Calico's is there", RuleFaults::calicoSets),
  CALICO_OLD_RULES("a chain of Calico's in the old iptables", OldRuleFaults::calicoOldRules),
  CALICO_RUNS("a program calico-node runs", MachineFaults::calicoRuns),
  ROUTES_LEFT("the daemon is killed, and a route of BGP is there", KernelFaults::routesLeft),
  TUNNEL_OTHERWISE("FELIX_VXLANVNI is another than the tunnel's", KernelFaults::tunnelOtherwise),
  TUNNEL_ADDRESS("the daemon is killed; the tunnel has two addresses", KernelFaults::tunnelAddress),
  CNI_FILE_FIRST("another plugin's configuration comes first", MachineFaults::cniFileFirst),
  CNI_BANDWIDTH("the plugin bandwidth is in the chain with ours", MachineFaults::cniBandwidth),
  NETWORK_MANAGER("NetworkManager's files, which say nothing of ours", MachineFaults::manager),
  NETWORKD("systemd-networkd's files, which say nothing of routes", MachineFaults::networkd);

  private final String what;

  @SuppressWarnings("ImmutableEnumChecker") // all are methods without state
  private final Seeding seeding;

  Fault(String what, Seeding seeding) {
    this.what = what;
    this.seeding = seeding;
  }

  /// How a fault comes about.
  interface Seeding {

    /// @throws IllegalStateException saying why it cannot be done on this machine, or in this lab
    void on(Patient patient) throws IOException, InterruptedException, GeneralSecurityException;
  }

  /// @throws IllegalArgumentException if there is none of that name; the message names them all
  public static Fault parse(String name) {
    return Arrays.stream(values())
        .filter(fault -> fault.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no fault %s; there are %s"
                        .formatted(
                            name,
                            Arrays.stream(values())
                                .map(Fault::toString)
                                .collect(Collectors.joining(", ")))));
  }

  /// What it does, for people.
  public String what() {
    return what;
  }

  void seedOn(Patient patient) throws IOException, InterruptedException, GeneralSecurityException {
    seeding.on(patient);
  }

  /// `ip-forward-off`: the doctor's finding.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
