// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.MacAddress;
import dev.brindle.cni.protocol.CniConfig;
import dev.brindle.cni.protocol.CniConfigReader;
import dev.brindle.cni.protocol.CniRequest;
import dev.brindle.ipam.Reserved;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/// A pod that came while the store was away, and of which that knows nothing yet.
///
/// @param request without a network namespace
/// @param addresses of the reserve; none where another IPAM plugin assigns
/// @param given by another IPAM plugin
/// @param isBegun whether the store may know some of it: somebody has begun to tell it
record ReservedPod(
    CniRequest request,
    CniConfig config,
    List<Reserved> addresses,
    List<Cidr> given,
    MacAddress mac,
    boolean isBegun) {

  private static final String ADDRESSES = "CNI_RESERVED_ADDRESSES";
  private static final String GIVEN = "CNI_GIVEN_ADDRESSES";
  private static final String MAC = "CNI_RESERVED_MAC";
  private static final String BEGUN = "CNI_RESERVED_BEGUN";
  private static final String LINE = "\n";
  private static final String FIELD = "\t";
  private static final int FIELDS = 6;

  ReservedPod {
    addresses = List.copyOf(addresses);
    given = List.copyOf(given);
  }

  ReservedPod begun() {
    return new ReservedPod(request, config, addresses, given, mac, true);
  }

  List<Cidr> networks() {
    return config.ipam().isOurs()
        ? addresses.stream().map(each -> Cidr.host(each.address())).toList()
        : given;
  }

  // ---- as bytes of a file

  /// @throws IllegalArgumentException or CniException if the bytes are of no such pod
  static ReservedPod of(byte[] bytes) {
    KeptCall call = KeptCall.of(bytes, CniConfigReader::read);
    Map<String, String> noted = call.more();
    return new ReservedPod(
        call.request(),
        call.config(),
        addresses(noted.getOrDefault(ADDRESSES, "")),
        noted.getOrDefault(GIVEN, "").lines().map(Cidr::parse).toList(),
        MacAddress.parse(noted.getOrDefault(MAC, "")),
        noted.containsKey(BEGUN));
  }

  byte[] bytes() {
    Map<String, String> noted = new HashMap<>();
    noted.put(ADDRESSES, text(addresses));
    noted.put(GIVEN, given.stream().map(Cidr::toString).collect(Collectors.joining(LINE)));
    noted.put(MAC, mac.toString());
    if (isBegun) {
      noted.put(BEGUN, "true");
    }
    return new KeptCall(request, config, noted).bytes();
  }

  /// A line for each address.
  static String text(List<Reserved> addresses) {
    StringBuilder text = new StringBuilder();
    for (Reserved each : addresses) {
      text.append(
          String.join(
              FIELD,
              each.address().toString(),
              Long.toString(each.sequence()),
              each.block().toString(),
              each.pool(),
              each.poolCidr().toString(),
              each.namespaceSelector()));
      text.append(LINE);
    }
    return text.toString();
  }

  /// @throws IllegalArgumentException if it is not of that form
  static List<Reserved> addresses(String text) {
    List<Reserved> addresses = new ArrayList<>();
    for (String line : text.split(LINE, -1)) {
      String[] fields = line.split(FIELD, FIELDS);
      if (fields.length == FIELDS) {
        addresses.add(
            new Reserved(
                IpAddress.parse(fields[0]),
                Long.parseLong(fields[1]),
                Cidr.parse(fields[2]),
                fields[3],
                Cidr.parse(fields[4]),
                fields[5]));
      } else if (!line.isEmpty()) {
        throw new IllegalArgumentException("expected an address and five notes: " + line);
      }
    }
    return addresses;
  }

  boolean isOf(CniRequest other, CniConfig network) {
    return Objects.equals(KeptCall.name(request, config), KeptCall.name(other, network));
  }
}
