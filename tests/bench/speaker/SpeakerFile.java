// SPDX-License-Identifier: Apache-2.0

import java.util.List;

/// Brindle's speaker.yaml for these neighbours.
final class SpeakerFile {

  private SpeakerFile() {}

  static String of(
      String address, int port, boolean reflects, boolean isInKernel, List<Point.Neighbor> neighbors) {
    StringBuilder out = new StringBuilder();
    out.append("asn: %d\nrouterId: 10.0.0.1\n".formatted(Point.AS));
    out.append("listen: [\"%s:%d\"]\nkernel: %b\nneighbors:\n".formatted(address, port, isInKernel));
    for (Point.Neighbor it : neighbors) {
      out.append(
          "  - {address: %s, asn: %d, passive: true, families: [ipv4-unicast], holdTime: 240s,"
                  .formatted(it.address(), it.as())
              + " import: accept, export: %s%s}\n"
                  .formatted(
                      it.isFed() ? "accept" : "reject",
                      reflects && it.isInternal() ? ", routeReflectorClient: true" : ""));
    }
    return out.toString();
  }
}
