// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor.check;

import static dev.brindle.node.doctor.check.Severity.PROBLEM;
import static dev.brindle.node.doctor.check.Severity.WARNING;

import java.util.Locale;
import java.util.Optional;

/// All that can be wrong, with what was expected and the cure. The table of docs/troubleshoot.md is
/// made of it.
public enum Symptom {
  NO_NET_ADMIN(
      Check.RIGHTS,
      PROBLEM,
      "CAP_NET_ADMIN over the host's network",
      "run it as root of the host, or in the container of brindle-node"),
  NO_NF_TABLES(
      Check.KERNEL, PROBLEM, "nf_tables", "modprobe nf_tables, or a kernel with CONFIG_NF_TABLES"),
  NFT_FEATURE_MISSING(
      Check.KERNEL,
      PROBLEM,
      "the nf_tables features that policy needs",
      "install the modules of this very kernel (linux-modules-extra or the like) and modprobe the one"
          + " named: nft_ct, nft_fib, nft_limit, nft_masq, nft_nat, nft_reject, nft_log"),
  LINK_TYPE_MISSING(
      Check.KERNEL,
      PROBLEM,
      "the interfaces that the pools' encapsulation needs",
      "modprobe vxlan or ipip, or choose the other encapsulation in the IPPool"),
  IP_FORWARD_OFF(
      Check.SYSCTLS,
      PROBLEM,
      "net.ipv4.ip_forward=1 while the daemon runs (it sets it at the start); with IPv6"
          + " net.ipv6.conf.all.forwarding=1 too",
      "find who switches it off (sysctl.d, a hardening script), then: sysctl -w net.ipv4.ip_forward=1"
          + " (net.ipv6.conf.all.forwarding=1)"),
  INTERFACE_FORWARDING_OFF(
      Check.SYSCTLS,
      PROBLEM,
      "net.ipv4.conf.INTERFACE.forwarding=1 where packets of pods pass",
      "sysctl -w net.ipv4.conf.INTERFACE.forwarding=1, and the same in sysctl.d"),
  RP_FILTER_STRICT(
      Check.SYSCTLS,
      WARNING,
      "net.ipv4.conf.INTERFACE.rp_filter 0 or 2 on tunnels: answers to the node itself come by another"
          + " way than its questions go",
      "sysctl -w net.ipv4.conf.INTERFACE.rp_filter=2 (and conf.all.rp_filter no 1), in sysctl.d too"),
  CONNTRACK_FULL(
      Check.SYSCTLS,
      PROBLEM,
      "room in the table of connections; without it new ones are dropped",
      "sysctl -w net.netfilter.nf_conntrack_max=TWICE, then look for who opens so many (conntrack -L)"),
  CONNTRACK_FILLS(
      Check.SYSCTLS,
      WARNING,
      "a table of connections that is less than four fifths full",
      "sysctl -w net.netfilter.nf_conntrack_max=TWICE"),
  NEIGHBOUR_TABLE_SMALL(
      Check.SYSCTLS,
      WARNING,
      "net.ipv4.neigh.default.gc_thresh3 above twice the number of nodes and pods beside each other",
      "sysctl -w net.ipv4.neigh.default.gc_thresh1=4096 gc_thresh2=8192 gc_thresh3=16384"),
  DIRECTORY_UNUSABLE(
      Check.FILES,
      PROBLEM,
      "directories of the daemon that can be written to",
      "give it the right, remount read-write, or set the variable named to another directory"),
  DISK_FULL(
      Check.FILES,
      PROBLEM,
      "32 MiB of room for state and sockets",
      "make room there, or set the variable named to another directory"),
  CREDENTIAL_EXPIRED(
      Check.CREDENTIALS,
      PROBLEM,
      "certificates and tokens that still count",
      "renew it where it came from (kubeadm certs renew, etcd's CA, the Secret); the daemon reads the"
          + " file again by itself"),
  CREDENTIAL_EXPIRES(
      Check.CREDENTIALS,
      WARNING,
      "certificates that count for two more weeks",
      "renew it where it came from (kubeadm certs renew, etcd's CA, the Secret)"),
  CREDENTIAL_MISMATCH(
      Check.CREDENTIALS,
      PROBLEM,
      "a kubeconfig whose key is that of its certificate, and whose authority may sign",
      "write it anew (kubeadm kubeconfig user, kubeadm init phase kubeconfig admin, or where it came from)"),
  CREDENTIAL_UNREADABLE(
      Check.CREDENTIALS,
      PROBLEM,
      "files of credentials that can be read",
      "mount the Secret, or correct the path in the variable named"),
  CLOCK_FREE(
      Check.CLOCK,
      WARNING,
      "a clock that is kept right",
      "start chrony, ntpd or systemd-timesyncd on the host"),
  CLOCK_DIFFERS(
      Check.CLOCK,
      WARNING,
      "the time of the API server, to a second",
      "chronyc makestep, or ntpd -gq; tokens and leases count by it"),
  STORE_AWAY(
      Check.STORE,
      PROBLEM,
      "a store that answers",
      "see the reason: DATASTORE_TYPE, ETCD_ENDPOINTS or KUBECONFIG; a firewall; rights (manifests/rbac.yaml)"),
  STORE_AUTHORITY(
      Check.STORE,
      PROBLEM,
      "a server of the store whose certificate the authority signed that we have",
      "take the store's own authority (certificate-authority of the kubeconfig, K8S_CA_FILE, ETCD_CA_CERT_FILE;"
          + " kubeadm has them in /etc/kubernetes/pki/ca.crt and etcd/ca.crt), or find who else answers there"),
  STORE_CERTIFICATE_TIME(
      Check.STORE,
      PROBLEM,
      "a server of the store whose certificate counts now",
      "compare this node's clock with the times (chronyc makestep); if it is right, renew the server's certificate"
          + " (kubeadm certs renew all, or etcd's own) and restart the server"),
  STORE_CERTIFICATE_NAME(
      Check.STORE,
      PROBLEM,
      "a server of the store whose certificate is for the name or address that it is called by",
      "call it by one that the certificate has (server in the kubeconfig, K8S_API_ENDPOINT, ETCD_ENDPOINTS), or have"
          + " the certificate made with that one too (kubeadm: apiServer.certSANs)"),
  STORE_REFUSES_CERTIFICATE(
      Check.STORE,
      PROBLEM,
      "a certificate of ours that the store's server takes",
      "set client-certificate and client-key of the kubeconfig, or ETCD_CERT_FILE and ETCD_KEY_FILE, to a pair that"
          + " counts now and is signed by whom the server trusts (etcd: --trusted-ca-file)"),
  STORE_SLOW(
      Check.STORE,
      WARNING,
      "an answer of the store within a second",
      "look at the load and the disks of etcd, and at the way there"),
  STORE_LOCKED(
      Check.STORE,
      PROBLEM,
      "datastoreReady: true",
      "a migration was not ended: brindle datastore migrate unlock (or lock was meant: wait)"),
  IPAM_OF_GONE_NODES(
      Check.IPAM,
      WARNING,
      "no blocks of nodes that are gone",
      "see that brindle controllers run; once: brindle ipam check, then brindle delete node NAME"),
  ADDRESS_NONE(
      Check.ADDRESS,
      PROBLEM,
      "an address that the others reach this node at",
      "set IP (IP6) to it, or IP_AUTODETECTION_METHOD (IP6_...) to interface=, cidr= or can-reach="),
  ADDRESS_NOT_HERE(
      Check.ADDRESS,
      PROBLEM,
      "the Node's address on one of the interfaces that are up",
      "bring the interface up, or set IP=autodetect so that the daemon follows a change"),
  ADDRESS_OF_CONTAINERS(
      Check.ADDRESS,
      PROBLEM,
      "an address of the host's own network, not of a container network or bridge",
      "set IP_AUTODETECTION_METHOD=interface=REGEX or cidr=NETWORK, and IP=autodetect"),
  ADDRESS_VIRTUAL(
      Check.ADDRESS,
      PROBLEM,
      "an address of the node's own, not one that keepalived or kube-vip moves about",
      "set IP_AUTODETECTION_METHOD=cidr=NETWORK or kubernetes-internal-ip, and IP=autodetect"),
  ADDRESS_IN_POOL(
      Check.ADDRESS,
      PROBLEM,
      "pools beside the nodes' own network",
      "make a pool elsewhere, disable this one, move pods, delete it"),
  ADDRESS_TWICE(
      Check.ADDRESS,
      PROBLEM,
      "one node for each address",
      "if that node is gone: brindle delete node NAME; else give one of them another address"),
  DAEMON_SILENT(
      Check.DAEMON,
      PROBLEM,
      "an answer of the daemon at its socket",
      "see its log and its end (kubectl logs -p, journalctl); a socket without a daemon goes at the next"
          + " start"),
  DAEMON_NOT_READY(
      Check.DAEMON, PROBLEM, "a daemon that is ready", "see the reason; the log says it with more"),
  PORT_TAKEN(
      Check.PORTS,
      PROBLEM,
      "a port for the daemon alone",
      "end the other program, or move ours: BGPConfiguration listenPort, FELIX_VXLANPORT,"
          + " FELIX_HEALTHPORT, FELIX_PROMETHEUSMETRICSPORT"),
  BGP_REFUSED(
      Check.PEERS,
      PROBLEM,
      "a BGP speaker at the peer",
      "start brindle-node there (its backend must be bird); a firewall that rejects looks the same"),
  BGP_TIMEOUT(
      Check.PEERS,
      PROBLEM,
      "an answer from the peer's BGP port",
      "let TCP 179 through between nodes, both ways: host firewall, security groups, the network"),
  BGP_UNREACHABLE(
      Check.PEERS,
      PROBLEM,
      "a way to the peer",
      "ip route get ADDRESS: add the route, or correct the address in the peer's Node"),
  PATH_TOO_NARROW(
      Check.PATHS,
      PROBLEM,
      "a way to the peer that takes the pods' packets with their encapsulation",
      "raise the MTU on the way, or set mtu (ipipMTU, vxlanMTU in the FelixConfiguration, mtu in the CNI"
          + " configuration) to what fits, and start pods anew"),
  PATH_BLACK_HOLE(
      Check.PATHS,
      PROBLEM,
      "large packets that arrive, or an ICMP error that says what is too large",
      "let ICMP type 3 code 4 (IPv6: type 2) through, or raise the MTU on the way; until then lower mtu as"
          + " for path-too-narrow"),
  TUNNEL_BLOCKED(
      Check.TUNNELS,
      PROBLEM,
      "an answer from the peer's tunnel address",
      "let IP protocol 4 (IPIP) or UDP 4789 (VXLAN) through between nodes: host firewall, security groups"),
  FORWARD_DROPPED(
      Check.RULES,
      PROBLEM,
      "no rules of others that drop what the node forwards: a packet must pass all tables",
      "iptables -P FORWARD ACCEPT (Docker: \"ip-forward-no-drop\": true in daemon.json), or accept cali+,"
          + " tunl0, vxlan.calico and the pools there; firewalld: the zone trusted"),
  INPUT_DROPPED(
      Check.RULES,
      WARNING,
      "rules of others that let nodes in: TCP 179, IP protocol 4, UDP 4789",
      "accept these from the other nodes there, if its rules do not yet"),
  IPTABLES_LEGACY(
      Check.RULES,
      WARNING,
      "no rules of the old iptables beside nf_tables: nft(8) does not show them, and both must let a packet through",
      "iptables-legacy-save: move what is needed to iptables-nft, then unload iptable_filter and"
          + " iptable_nat"),
  OTHER_NETWORK_RULES(
      Check.RULES,
      WARNING,
      "no rules of another network plugin",
      "uninstall it (its DaemonSet first), then remove its chains, or reboot"),
  CALICO_RULES(
      Check.LEFTOVERS,
      WARNING,
      "no rules of the Calico that was here before: they drop what comes from new pods",
      "the daemon removes them once its own are in force; if they are made anew, a calico-node still runs here:"
          + " delete its DaemonSet"),
  CALICO_SETS(
      Check.LEFTOVERS,
      WARNING,
      "no IP sets of the Calico that was here before; they only take memory",
      "the daemon removes them; by hand: ipset list -n | grep ^cali | xargs -n1 ipset destroy"),
  CALICO_OLD_RULES(
      Check.LEFTOVERS,
      WARNING,
      "no chains of a Calico in the old iptables: they drop what comes from new pods",
      "the daemon removes them once its own are in force, and leaves what others have there; if they are made anew, a"
          + " calico-node still runs here: delete its DaemonSet"),
  CALICO_RUNS(
      Check.LEFTOVERS,
      PROBLEM,
      "one network on a node",
      "delete the DaemonSet calico-node (kube-system or calico-system; the operator first)"),
  ROUTES_LEFT(
      Check.LEFTOVERS,
      WARNING,
      "no routes of BGP (protocol bird) while nobody speaks BGP here",
      "the daemon takes them over at its start, and removes what no peer tells; without one:"
          + " ip route flush proto bird"),
  TUNNEL_OTHERWISE(
      Check.LEFTOVERS,
      WARNING,
      "tunnel interfaces as the settings say",
      "the daemon makes it anew once it runs; before: ip link delete vxlan.calico"),
  TUNNEL_ADDRESS(
      Check.LEFTOVERS,
      WARNING,
      "tunnel interfaces with the address that the Node has for them, and no other",
      "the daemon sets it right once it runs; before: ip address delete ADDRESS dev tunl0 (or vxlan.calico)"),
  CNI_FILE_FIRST(
      Check.LEFTOVERS,
      PROBLEM,
      "our configuration first in the directory of the container runtime: it takes the first by name",
      "remove the other file, or rename ours (CNI_CONF_NAME) to sort before it"),
  CNI_BANDWIDTH(
      Check.LEFTOVERS,
      PROBLEM,
      "no plugin bandwidth in a chain with ours: both want the same queue, and a pod that"
          + " asks for a bandwidth does not start",
      "take it out of the file's plugins; brindle cni install does so, unless it has rates of its own: then choose"
          + " between these and the pods' annotations"),
  NETWORK_MANAGER(
      Check.NETWORK_MANAGERS,
      PROBLEM,
      "NetworkManager that lets our interfaces alone",
      "write /etc/NetworkManager/conf.d/brindle.conf: [keyfile]"
          + " unmanaged-devices=interface-name:cali*;interface-name:tunl*;interface-name:vxlan.calico;"
          + "interface-name:vxlan-v6.calico, then: systemctl reload NetworkManager"),
  NETWORKD(
      Check.NETWORK_MANAGERS,
      WARNING,
      "systemd-networkd that lets our routes alone when it starts anew",
      "write /etc/systemd/networkd.conf.d/brindle.conf: [Network] ManageForeignRoutes=no"
          + " ManageForeignRoutingPolicyRules=no, then: systemctl restart systemd-networkd");

  private final Check check;
  private final Severity severity;
  private final String expected;
  private final String cure;

  Symptom(Check check, Severity severity, String expected, String cure) {
    this.check = check;
    this.severity = severity;
    this.expected = expected;
    this.cure = cure;
  }

  public Check check() {
    return check;
  }

  public Severity severity() {
    return severity;
  }

  public String expected() {
    return expected;
  }

  public String cure() {
    return cure;
  }

  /// @param seen what was there, and where
  public Finding at(String seen) {
    return new Finding(check, Optional.of(this), severity, seen);
  }

  /// `ip-forward-off`: its name in documents and for programs.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// All of them, as rows of a Markdown table.
  public static String table() {
    var rows =
        new StringBuilder("| finding | severity | expected | cure |\n| --- | --- | --- | --- |\n");
    for (Symptom each : values()) {
      rows.append(
          "| `%s` (%s) | %s | %s | %s |\n"
              .formatted(each, each.check, each.severity, cell(each.expected), cell(each.cure)));
    }
    return rows.toString();
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("*", "\\*");
  }
}
