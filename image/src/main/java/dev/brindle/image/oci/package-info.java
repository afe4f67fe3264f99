// SPDX-License-Identifier: Apache-2.0
/// Layers, manifests and layouts as the OCI image specification has them.
@NullMarked
package dev.brindle.image.oci;

import org.jspecify.annotations.NullMarked;
