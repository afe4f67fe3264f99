// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.bfd.BfdSettings;
import dev.brindle.bird.filter.RuleFilter;
import dev.brindle.bird.topology.AddPath;
import dev.brindle.bird.topology.AoAlgorithm;
import dev.brindle.bird.topology.AoKey;
import dev.brindle.bird.topology.Password;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerRole;
import dev.brindle.bird.topology.PrefixLimit;
import dev.brindle.bird.topology.PrefixLimit.Excess;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Role;
import dev.brindle.node.bgp.FibSettings;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpeakerPlanTest {

  @Test
  void readsAFile() {
    SpeakerConfig config =
        plan(
            """
            asn: 65001
            routerId: 192.0.2.1
            listen: ["127.0.0.1:1790", "[::1]:1790"]
            announce: [203.0.113.0/24, "2001:db8:203::/64"]
            neighbors:
              - address: 127.0.0.2
                asn: 64512
                port: 1791
                passive: true
                families: [ipv4-unicast, ipv6-unicast]
                import: accept
                export: accept
                holdTime: 90s
                role: rs-client
                roleStrict: true
                extendedNextHop: true
                gracefulRestart: {time: 60s, longLived: 24h}
                gracefulShutdown: false
                blackhole: true
            """);

    assertThat(config.as()).isEqualTo(new AsNumber(65_001));
    assertThat(config.listen()).hasToString("[127.0.0.1:1790, [::1]:1790]");
    assertThat(config.announce())
        .containsExactlyInAnyOrder(Cidr.parse("203.0.113.0/24"), Cidr.parse("2001:db8:203::/64"));
    PeerConfig peer = config.peers().getFirst();
    assertThat(peer.address()).isEqualTo(IpAddress.parse("127.0.0.2"));
    assertThat(peer.peerAs()).isEqualTo(new AsNumber(64_512));
    assertThat(peer.port()).isEqualTo(1791);
    assertThat(peer.passive()).isTrue();
    assertThat(peer.timing().holdTime()).isEqualTo(Duration.ofSeconds(90));
    assertThat(peer.timing().restart()).isEqualTo(Duration.ofSeconds(60));
    assertThat(peer.timing().longLived()).isEqualTo(Duration.ofHours(24));
    assertThat(peer.routing().heedsShutdown()).isFalse();
    assertThat(peer.routing().heedsBlackhole()).isTrue();
    assertThat(peer.routing().families())
        .containsExactlyInAnyOrder(Family.IPV4_UNICAST, Family.IPV6_UNICAST);
    assertThat(peer.routing().extendedNextHop()).isTrue();
    assertThat(peer.routing().role()).contains(new PeerRole(Role.RS_CLIENT, true));
  }

  /// Without a section nothing is asked of the peer, and little promised.
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          gracefulRestart: {}                 | PT2M  | PT0S
          gracefulRestart: {time: 0s}         | PT0S  | PT0S
          gracefulRestart: {longLived: 1h}    | PT2M  | PT1H
          gracefulRestart: {time: 7s}         | PT7S  | PT0S
          """)
  void readsHowLongAPeerMayBeAway(String field, Duration restart, Duration longLived) {
    PeerConfig peer =
        plan("{asn: 1, routerId: 1.1.1.1, neighbors: [{address: 1.1.1.2, asn: 2, %s}]}"
                .formatted(field))
            .peers()
            .getFirst();

    assertThat(peer.timing().restart()).isEqualTo(restart);
    assertThat(peer.timing().longLived()).isEqualTo(longLived);
  }

  @Test
  void readsHowPathsAreChosen() {
    assertThat(plan("{asn: 1, routerId: 1.1.1.1}").preferOlder()).isFalse();
    SpeakerConfig config = plan("{asn: 1, routerId: 1.1.1.1, preferOlder: true, multipath: 2}");
    assertThat(config.preferOlder()).isTrue();
    assertThat(config.multipath()).isEqualTo(2);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          false                                     | none
          true                                      | routes go into table 254 with metric 1024, protocol 12
          {}                                        | routes go into table 254 with metric 1024, protocol 12
          {table: main, metric: 32}                 | routes go into table 254 with metric 32, protocol 12
          {table: 1000, metric: 50, protocol: 201}  | routes go into table 1000 with metric 50, protocol 201
          """)
  void readsWhereRoutesGo(String field, String meaning) {
    String text = "{asn: 1, routerId: 1.1.1.1, kernel: %s}".formatted(field);
    SpeakerPlan plan = SpeakerPlan.of(SpeakerFileReader.read(text), new PasswordFiles());

    assertThat(plan.kernel().map(FibSettings::toString).orElse("none")).isEqualTo(meaning);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          # file                                                | message
          routerId: 192.0.2.1                                   | line 1: asn: is missing
          {asn: 4294967296, routerId: 192.0.2.1}                | line 1: asn: '4294967296' is not an AS; expected 1 to 4294967295 or 1.10
          {asn: 0, routerId: 192.0.2.1}                         | line 1: asn: AS 0 is nobody's (RFC 7607); expected 1 to 4294967295 or 1.10
          asn: 1                                                | line 1: routerId: is missing
          {asn: 1, routerId: "::1"}                             | line 1: routerId: '::1' is not an IPv4 address other than 0.0.0.0
          {asn: 1, routerId: 1.1.1.1, kernel: yes please}       | line 1: kernel: 'yes please' is neither true nor false
          {asn: 1, routerId: 1.1.1.1, kernel: [1]}              | line 1: kernel: is a list, not a mapping
          {asn: 1, routerId: 1.1.1.1, kernel: {tabel: 1}}       | line 1: kernel.tabel: unknown field; known here are [metric, protocol, table]
          {asn: 1, routerId: 1.1.1.1, kernel: {table: 0}}       | line 1: kernel.table: 0 is not in 1..2147483647
          {asn: 1, routerId: 1.1.1.1, kernel: {table: 255}}     | line 1: kernel.table: 255 is the kernel's own table of local addresses
          {asn: 1, routerId: 1.1.1.1, kernel: {metric: 0}}      | line 1: kernel.metric: 0 is not in 1..2147483647
          {asn: 1, routerId: 1.1.1.1, kernel: {protocol: 2}}    | line 1: kernel.protocol: 2 is not in 5..255
          {asn: 1, routerId: 1.1.1.1, listen: ["1.1.1.1:70000"]} | line 1: listen[0]: port 70000 is not in 1..65535
          {asn: 1, routerId: 1.1.1.1, neighbors: [{address: 1.1.1.2, asn: 2, import: mine}]} | line 1: neighbors[0].import: 'mine' is no filter; expected accept, reject or the name of one under filters
          {asn: 1, routerId: 1.1.1.1, listen: []}               | line 1: listen: is empty; give an address, or leave it out for [::]:179
          {asn: 1, routerId: 1.1.1.1, clusterId: *a}            | line 1: clusterId: aliases (*name) and tags (!name) are not for this file; write the value
          {asn: 1, routerId: 1.1.1.1, announce: [224.0.0.0/4]}  | line 1: announce[0]: 224.0.0.0/4 is nothing that peers may route to
          {asn: 1, routerId: 1.1.1.1, announce: ["fe80::/10"]} | line 1: announce[0]: fe80::/10 is nothing that peers may route to
          {asn: 1, routerId: 1.1.1.1, listen: 1.1.1.1}          | line 1: listen: is '1.1.1.1', not a list
          {asn: 1, routerId: 1.1.1.1, listen: [1.1.1.1, "1.1.1.1:179"]} | line 1: listen[1]: 1.1.1.1:179 is there already
          {asn: 1, routerId: 1.1.1.1, announce: [x]}            | line 1: announce[0]: 'x' is not an IP address
          {asn: 1, routerId: 1.1.1.1, announce: [10.0.0.1/8]}   | line 1: announce[0]: '10.0.0.1/8' has bits beyond its length; expected 10.0.0.0/8
          {asn: 1, routerId: 1.1.1.1, announce: [10.0.0.0/8, 10.0.0.0/8]} | line 1: announce[1]: 10.0.0.0/8 is there already
          {asn: 1, routerId: 1.1.1.1, neighbors: {a: 1}}        | line 1: neighbors: is a mapping, not a list
          {asn: 1, routerId: 1.1.1.1, multipath: 17}            | line 1: multipath: 17 is not in 1..16
          {asn: 1, routerId: 1.1.1.1, rpki: {}}                 | line 1: rpki.caches: is missing
          {asn: 1, routerId: 1.1.1.1, rpki: {caches: [{address: x}]}} | line 1: rpki.caches[0].address: 'x' is not an IP address
          {asn: 1, routerId: 1.1.1.1, rpki: {caches: [{address: 1.1.1.2, port: 0}]}} | line 1: rpki.caches[0].port: 0 is not in 1..65535
          {asn: 1, routerId: 1.1.1.1, rpki: {caches: [{address: 1.1.1.2}, {address: 1.1.1.2, port: 323}]}} | line 1: rpki.caches[1]: 1.1.1.2:323 is there already
          {asn: 1, routerId: 1.1.1.1, rpki: {caches: [], expire: 30m}} | line 1: rpki: expire 1800 s is not longer than refresh 3600 s and retry 600 s
          {asn: 1, routerId: 1.1.1.1, rpki: {caches: [], expire: 9m}} | line 1: rpki: expire 540 s is not in 600..172800
          {asn: 1, routerId: 1.1.1.1, filters: {a: [{match: {rpki: bad}, action: accept}]}} | line 1: filters.a[0].match.rpki: 'bad' is not one of [invalid, not-found, valid]
          {asn: 1, routerId: 1.1.1.1, bmp: [{port: 1}]}         | line 1: bmp[0].address: is missing
          {asn: 1, routerId: 1.1.1.1, bmp: [{address: 1.1.1.2, monitor: all}]} | line 1: bmp[0].monitor: 'all' is not one of [adj-out, loc-rib, post-policy, pre-policy]
          {asn: 1, routerId: 1.1.1.1, bmp: [{address: 1.1.1.2, stats: 5ms}]} | line 1: bmp[0]: stats 5 ms is neither 0 nor 1 s to a day
          {asn: 1, routerId: 1.1.1.1, bmp: [{address: 1.1.1.2}, {address: 1.1.1.2, stats: 5s}]} | line 1: bmp[1]: 1.1.1.2:11019 is there already
          {asn: 1, routerId: 1.1.1.1, mrt: {tables: {interval: 1h}}} | line 1: mrt.tables.file: is missing
          {asn: 1, routerId: 1.1.1.1, mrt: {tables: {file: /r/}}} | line 1: mrt.tables.file: '/r/' names no file
          {asn: 1, routerId: 1.1.1.1, mrt: {tables: {file: /r.%q}}} | line 1: mrt.tables.file: 'r.%q': behind % stands one of Y, m, d, H, M and S
          {asn: 1, routerId: 1.1.1.1, mrt: {tables: {file: /r, keep: 2}}} | line 1: mrt.tables: /r is one file, and keep 2: put the time in its name, as rib.%Y%m%d.%H%M%S.mrt
          {asn: 1, routerId: 1.1.1.1, mrt: {tables: {file: /r.%Y, interval: 5ms}}} | line 1: mrt.tables: interval is not in 1s..720h
          {asn: 1, routerId: 1.1.1.1, mrt: {messages: {file: /r.%Y, maxOctets: 5}}} | line 1: mrt.messages: maxOctets is not in 1048576..17179869184
          {asn: 1, routerId: 1.1.1.1, mrt: {messages: {file: /r.%Y}, tables: {file: /r.%Y}}} | line 1: mrt: tables and messages have the same file
          {asn: 1, routerId: 1.1.1.1, foo: 1}                   | line 1: foo: unknown field; known here are [announce, asn, bmp, clusterId, confederation, filters, kernel, listen, mrt, multipath, neighbors, preferOlder, requirePolicy, routerId, rpki]
          {asn: 1, routerId: 1.1.1.1, confederation: {asn: 9}}  | line 1: confederation.members: is missing
          {asn: 1, routerId: 1.1.1.1, confederation: {asn: 1, members: [2]}} | line 1: confederation.asn: 1 is our member AS already (asn); the confederation has a number of its own
          {asn: 1, routerId: 1.1.1.1, confederation: {asn: 9, members: [9]}} | line 1: confederation.members[0]: 9 is the confederation itself
          {asn: 1, routerId: 1.1.1.1, confederation: {asn: 9, members: [2, 2]}} | line 1: confederation.members[1]: 2 is there already
          {asn: 1, routerId: 1.1.1.1, confederation: {asn: 9, members: [0]}} | line 1: confederation.members[0]: AS 0 is nobody's (RFC 7607); expected 1 to 4294967295 or 1.10
          """)
  void refuses(String file, String message) {
    assertThatThrownBy(() -> plan(file))
        .isInstanceOf(SpeakerFileException.class)
        .hasMessage(message);
  }

  @Test
  void readsKeysOfTcpAo() {
    SpeakerPlan plan =
        read(
            """
            asn: 1
            routerId: 1.1.1.1
            neighbors:
              - address: 1.1.1.2
                asn: 1
                tcpAo:
                  keys:
                    - {id: 2, receiveId: 3, algorithm: hmac-sha-256, secret: {file: /etc/new}}
                    - {id: 1, secret: {file: /etc/key}}
              - {address: 1.1.1.3, asn: 1, tcpAo: {keys: [{id: 1, secret: {file: /etc/none}}]}}
            """);

    assertThat(plan.config().peers().get(0).aoKeys())
        .containsExactly(
            new AoKey(2, 3, AoAlgorithm.HMAC_SHA_256, new Password("secret of /etc/new")),
            new AoKey(1, 1, AoAlgorithm.HMAC_SHA_1_96, new Password("secret of /etc/key")));
    assertThat(plan.config().peers().get(1).refusal()).contains("no such file");
    assertThat(plan.warnings())
        .containsExactly(
            "line 10: neighbors[1].tcpAo.keys[0].secret.file: no such file; without it this neighbor"
                + " gets no session");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          off                     | false | false | 8
          receive                 | true  | false | 8
          send                    | false | true  | 8
          both                    | true  | true  | 8
          {mode: both}            | true  | true  | 8
          {mode: send, paths: 3}  | false | true  | 3
          """)
  void readsAddPath(String addPath, boolean receives, boolean sends, int paths) {
    SpeakerConfig config =
        plan(
            """
            asn: 1
            routerId: 1.1.1.1
            neighbors:
              - {address: 1.1.1.2, asn: 2%s}
            """
                .formatted(addPath.isEmpty() ? "" : ", addPath: " + addPath));
    assertThat(config.peers().getFirst().routing().addPath())
        .isEqualTo(new AddPath(receives, sends, paths));
  }

  /// Each is the neighbor of a file whose fourth line it is.
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {address: 1.1.1.2}                             | asn: is missing
          {asn: 2}                                       | address: is missing
          {address: 1.1.1.2, asn: AS2}                   | asn: 'AS2' is not an AS; expected 1 to 4294967295 or 1.10, external, internal, a range such as 65001-65010, or a list
          {address: 0.0.0.0, asn: 2}                     | address: '0.0.0.0' is no address that a router has
          {address: 224.0.0.5, asn: 2}                   | address: '224.0.0.5' is no address that a router has
          {address: 255.255.255.255, asn: 2}             | address: '255.255.255.255' is no address that a router has
          {address: "::", asn: 2}                        | address: '::' is no address that a router has
          {address: "ff02::5", asn: 2}                   | address: 'ff02::5' is no address that a router has
          {address: "::ffff:1.2.3.4", asn: 2}            | address: '::ffff:1.2.3.4' is no address that a router has
          {address: 1.1.1.2, asn: 2, import: mine}       | import: 'mine' is no filter; expected accept, reject or one of [known, roa, self]
          {address: 1.1.1.2, asn: 2, password: hunter2}  | password: is not the name of a file; expected {file: /etc/brindle/key}
          {address: 1.1.1, asn: 2}                       | address: '1.1.1' is not an IP address
          {address: [1.1.1.2], asn: 2}                   | address: is a list, not a single value
          {address: 1.1.1.2, asn: 2, port: 0}            | port: 0 is not in 1..65535
          {address: 1.1.1.2, asn: 2, port: bgp}          | port: 'bgp' is not a number in 1..65535
          {address: 1.1.1.2, asn: 2, holdTime: 2s}       | holdTime: hold time is 2 s, not 0 or 3..65535
          {address: 1.1.1.2, asn: 2, holdTime: soon}     | holdTime: 'soon' is not a duration such as 90s
          {address: 1.1.1.2, asn: 2, families: [ipv5]}   | families[0]: 'ipv5' is not one of [ipv4-unicast, ipv6-unicast]
          {address: 1.1.1.2, asn: 2, families: []}       | families: is empty; give one value or a list
          {address: 1.1.1.2, asn: 2, multihop: 256}      | multihop: 256 is not in 1..255
          {address: 1.1.1.2, asn: 2, gracefulRestart: {time: 5000s}} | gracefulRestart.time: restart time is 5000 s, not 0..4095
          {address: 1.1.1.2, asn: 2, gracefulRestart: {tiem: 5s}} | gracefulRestart.tiem: unknown field; known here are [longLived, time]
          {address: 1.1.1.2, asn: 2, gracefulRestart: {longLived: 20000000s}} | gracefulRestart.longLived: long-lived restart time is 20000000 s, not 0..16777215
          {address: 1.1.1.2, asn: 2, gracefulRestart: {longLived: soon}} | gracefulRestart.longLived: 'soon' is not a duration such as 90s
          {address: 1.1.1.2, asn: 2, gracefulShutdown: perhaps} | gracefulShutdown: 'perhaps' is neither true nor false
          {address: 1.1.1.2, asn: 2, bfd: {interval: 5ms}} | bfd.interval: BFD interval 5 ms is not in 10..60000
          {address: 1.1.1.2, asn: 2, bfd: {multiplier: 0}} | bfd.multiplier: 0 is not in 1..255
          {address: 1.1.1.2, asn: 2, bfd: {multiplier: three}} | bfd.multiplier: 'three' is not a number in 1..255
          {address: 1.1.1.2, asn: 2, bfd: {strict: maybe}} | bfd.strict: 'maybe' is neither true nor false
          {address: 1.1.1.2, asn: 2, bfd: {echo: true}} | bfd.echo: unknown field; known here are [interval, multiplier, strict]
          {address: 1.1.1.2, asn: 2, addPath: all}       | addPath: 'all' is not one of [both, off, receive, send]
          {address: 1.1.1.2, asn: 2, addPath: [both]}    | addPath: is a list, not a mapping
          {address: 1.1.1.2, asn: 2, addPath: {paths: 2}} | addPath.mode: is missing
          {address: 1.1.1.2, asn: 2, addPath: {mode: both, paths: 0}} | addPath.paths: 0 is not in 1..256
          {address: 1.1.1.2, asn: 2, addPath: {mode: send, paths: 257}} | addPath.paths: 257 is not in 1..256
          {address: 1.1.1.2, asn: 2, addPath: {mode: receive, paths: 2}} | addPath.paths: is how many paths are told; with this mode none are, leave it out
          {address: 1.1.1.2, asn: 2, addPath: {mode: both, limit: 2}} | addPath.limit: unknown field; known here are [mode, paths]
          {interface: eth0, address: 1.1.1.2, asn: 2}    | address: has no place beside interface; leave one of them out
          {address: "fe80::2%eth0", asn: 2, bfd: {}}     | bfd: BFD with a link-local address is for neighbors found by interface; say interface, or leave it out
          {interface: eth0, asn: 2, multihop: 2}         | multihop: a neighbor on an interface is one hop away
          {interface: eth0/1, asn: 2}                    | interface: 'eth0/1' is no interface's name
          {interface: a234567890123456, asn: 2}          | interface: 'a234567890123456' is no interface's name
          {address: 1.1.1.2, asn: 2, import: unknown}    | import: 'unknown' is no filter; expected accept, reject or one of [known, roa, self]
          {address: 1.1.1.2, asn: 2, export: [known]}    | export: is a list, not a single value
          {address: 1.1.1.2, asn: 2, import: self}       | import: filter 'self' sets nextHop to self or unchanged, which is for export; give an address
          {address: 1.1.1.2, asn: 2, export: roa}        | export: filter 'roa' asks for rpki, which is for import; tag routes there with a community
          {address: 1.1.1.2, asn: 2, tcpAo: {keys: [{id: 1, secret: {file: k}}]}, password: {file: k}} | tcpAo: has no place beside password; leave one of them out
          {range: 10.0.0.0/24, asn: 2, tcpAo: {keys: [{id: 1, secret: {file: k}}]}} | tcpAo: has no place beside range; leave one of them out
          {address: 1.1.1.2, asn: 2, tcpAo: {keys: []}}  | tcpAo.keys: is empty; give a key, or leave tcpAo out
          {address: 1.1.1.2, asn: 2, tcpAo: {keys: [{id: 256, secret: {file: k}}]}} | tcpAo.keys[0].id: 256 is not in 0..255
          {address: 1.1.1.2, asn: 2, tcpAo: {keys: [{id: 1}]}} | tcpAo.keys[0].secret: is missing
          {address: 1.1.1.2, asn: 2, tcpAo: {keys: [{id: 1, algorithm: md5, secret: {file: k}}]}} | tcpAo.keys[0].algorithm: 'md5' is not one of [aes-128-cmac-96, hmac-sha-1-96, hmac-sha-256]
          {address: 1.1.1.2, asn: 2, tcpAo: {keys: [{id: 1, secret: {file: k}}, {id: 2, receiveId: 1, secret: {file: k}}]}} | tcpAo.keys[1]: has the id or the receiveId of a key before it; no two keys may share one
          {address: 1.1.1.2, asn: 2, password: secret}   | password: is not the name of a file; expected {file: /etc/brindle/key}
          {address: 1.1.1.2, asn: 2, password: {}}       | password.file: is missing
          {address: 1.1.1.2, asn: 2, maxPrefixes: 0}     | maxPrefixes: 0 is not in 1..2147483647
          {address: 1.1.1.2, asn: 2, maxPrefixes: {warning: 80}} | maxPrefixes.limit: is missing
          {address: 1.1.1.2, asn: 2, maxPrefixes: {limit: 5, warning: 101}} | maxPrefixes.warning: 101 is not in 1..100
          {address: 1.1.1.2, asn: 2, maxPrefixes: {limit: 5, action: shrug}} | maxPrefixes.action: 'shrug' is not one of [drop, warn]
          {address: 1.1.1.2, asn: 2, maxPrefixes: {limit: 5, restart: 0s}} | maxPrefixes.restart: restart after 0 s is not in 1..86400
          {address: 1.1.1.2, asn: 2, maxPrefixes: {limit: 5, action: warn, restart: 5m}} | maxPrefixes.restart: with action warn no session ends; leave it out
          {address: 1.1.1.2, asn: 2, adress: 1}          | adress: unknown field; known here are [addPath, address, allowOwnAs, asn, bfd, blackhole, clusterId, description, enforceFirstAs, export, extendedNextHop, families, gracefulRestart, gracefulShutdown, holdTime, import, interface, limit, localAsn, maxPrefixes, multihop, nextHop, nextHopSelf, passive, password, port, range, role, roleStrict, routeReflectorClient, routeServerClient, sourceAddress, tcpAo, ttlSecurity]
          {address: 1.1.1.2, asn: 2, role: boss}         | role: 'boss' is not one of [customer, peer, provider, rs-client, rs-server]
          {address: 1.1.1.2, asn: 1, role: peer}         | role: is for neighbors of other systems; leave it out
          {address: 1.1.1.2, asn: 2, roleStrict: true}   | roleStrict: needs role: what we are to the neighbor
          """)
  void refusesANeighbor(String neighbor, String message) {
    String file =
        """
        asn: 1
        routerId: 1.1.1.1
        neighbors:
          - %s
        filters:
          known: [{action: accept}]
          self: [{set: {nextHop: self}, action: accept}]
          roa: [{match: {not: {rpki: invalid}}, action: accept}]
        """
            .formatted(neighbor);

    assertThatThrownBy(() -> plan(file))
        .isInstanceOf(SpeakerFileException.class)
        .hasMessage("line 4: neighbors[0]." + message);
  }

  @Test
  void onePlaceHasOneNeighbor() {
    String file =
        """
        asn: 1
        routerId: 1.1.1.1
        neighbors:
          - {address: "2001:db8::2", asn: 2}
          - {address: "2001:0db8::0002", asn: 3}
        """;

    assertThatThrownBy(() -> plan(file))
        .isInstanceOf(SpeakerFileException.class)
        .hasMessage(
            "line 5: neighbors[1].address: 2001:db8::2 is neighbors[0] too, in line 4; give another"
                + " address or port");
  }

  @Test
  void readsFiltersLimitsAndPasswords() {
    SpeakerPlan plan =
        read(
            """
            asn: 1
            routerId: 1.1.1.1
            filters:
              customers:
                - {match: {prefix: 10.0.0.0/8, length: 16-24}, action: accept}
            neighbors:
              - address: 1.1.1.2
                asn: 2
                import: customers
                password: {file: /etc/key}
                maxPrefixes: {limit: 100, warning: 80, action: drop, restart: 5m}
              - {address: 1.1.1.3, asn: 3, export: customers, maxPrefixes: 7}
              - {address: 1.1.1.4, asn: 4, password: {file: /etc/none}}
            """);

    RuleFilter customers = Objects.requireNonNull(plan.filters().get("customers"));
    PeerConfig first = plan.config().peers().get(0);
    assertThat(first.routing().importFilter()).contains(customers);
    assertThat(first.routing().exportFilter()).isEmpty();
    assertThat(first.password()).contains(new Password("secret of /etc/key"));
    assertThat(first.refusal()).isEmpty();
    assertThat(first.routing().limit())
        .isEqualTo(new PrefixLimit(100, 80, Excess.DROP, Optional.of(Duration.ofMinutes(5))));
    PeerConfig second = plan.config().peers().get(1);
    assertThat(second.routing().importFilter()).isEmpty();
    assertThat(second.routing().exportFilter()).contains(customers);
    assertThat(second.routing().limit()).isEqualTo(PrefixLimit.of(7));
    PeerConfig third = plan.config().peers().get(2);
    assertThat(third.password()).isEmpty();
    assertThat(third.refusal()).contains("no such file");
    assertThat(plan.warnings())
        .containsExactly(
            "line 13: neighbors[2].password.file: no such file; without it this neighbor gets no"
                + " session",
            "ALL routes pass 3 external neighbors without import or export, [1.1.1.2, 1.1.1.3,"
                + " 1.1.1.4] (RFC 8212 would pass none); say accept, reject or a filter's name");
    assertThat(plan.toString()).doesNotContain("secret of");
  }

  @ParameterizedTest(name = "import {0}, export {1}: {2} and {3}")
  @CsvSource({
    "accept, accept, true,  true",
    "reject, accept, false, true",
    "accept, reject, true,  false",
    "reject, reject, false, false"
  })
  void acceptsOrRejects(String in, String out, boolean imports, boolean exports) {
    SpeakerConfig config =
        plan(
            """
            {asn: 1, routerId: 1.1.1.1, neighbors: [
              {address: 1.1.1.2, asn: 2, import: %s, export: %s}]}
            """
                .formatted(in, out));

    assertThat(config.peers().getFirst().routing().imports()).isEqualTo(imports);
    assertThat(config.peers().getFirst().routing().exports()).isEqualTo(exports);
  }

  @Test
  void whoeverIsInsideOrSpokenOfIsNoCauseForAWarning() {
    SpeakerPlan plan =
        read(
            """
            asn: 1
            routerId: 1.1.1.1
            neighbors:
              - {address: 1.1.1.2, asn: internal}
              - {address: 1.1.1.3, asn: 3, import: accept, export: reject}
            """);

    assertThat(plan.warnings()).isEmpty();
  }

  @Test
  void anUnknownFieldIsNamedWithItsPlace() {
    assertThatThrownBy(() -> plan("asn: 1\nrouterID: 192.0.2.1\n"))
        .isInstanceOf(SpeakerFileException.class)
        .hasMessageStartingWith("line 2: routerID: unknown field");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # file                         | line | text
          asn: 1\\nasn: 2               | 2    | asn
          filters: {a: [], a: []}        | 1    | 'a'
          asn: [1                        | 1    | expected
          asn: 1\\n\\tx: 2              | 2    | cannot start any token
          asn: 1\\n---\\nasn: 1         | 3    | a second document
          asn: &a 1\\nrouterId: *a      | 2    | routerId
          """)
  void saysWhereTheYamlIsWrong(String file, int line, String text) {
    assertThatThrownBy(() -> plan(file.replace("\\n", "\n").replace("\\t", "\t")))
        .isInstanceOf(SpeakerFileException.class)
        .hasMessageStartingWith("line " + line + ":")
        .hasMessageContaining(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing", "   "})
  void anEmptyFileIsRefused(String file) {
    assertThatThrownBy(() -> plan(file))
        .isInstanceOf(SpeakerFileException.class)
        .hasMessage("line 1: the file is empty");
  }

  @ParameterizedTest(name = "{0}: {1} ms, {2}, multihop {3}, strict {4}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          bfd: {}                                               | 300 | 3 | false | false
          bfd: {interval: 100ms, multiplier: 5}                 | 100 | 5 | false | false
          'bfd: {interval: 1s, strict: true}, multihop: 2'      | 1000| 3 | true  | true
          'bfd: {}, multihop: 1'                                | 300 | 3 | false | false
          """)
  void readsBfd(String text, long millis, int multiplier, boolean multihop, boolean strict) {
    SpeakerConfig config =
        plan(
            "{asn: 1, routerId: 1.1.1.1, neighbors: [{address: 1.1.1.2, asn: 2, %s}]}"
                .formatted(text));

    assertThat(config.peers().getFirst().bfd())
        .contains(new BfdSettings(Duration.ofMillis(millis), multiplier, multihop, strict));
  }

  private static SpeakerConfig plan(String yaml) {
    return read(yaml).config();
  }

  static SpeakerPlan read(String yaml) {
    return SpeakerPlan.of(
        SpeakerFileReader.read(yaml),
        file ->
            file.endsWith("none")
                ? new PasswordSource.Answer.Missing("no such file")
                : new PasswordSource.Answer.Found(new Password("secret of " + file)));
  }
}
