use super::Flaw;
use crate::colour::{Colour, each, mixed, scaled, srgb};
use crate::defect::Defect;
use crate::material::Paint;
use crate::math::{Point, smoothstep};
use crate::noise::{lettering, textures};
use crate::shape::{FAR, Surface, bevel, hexagon, rounded_box};

fn luminance(colour: Colour) -> f32 {
    0.3 * colour[0] + 0.6 * colour[1] + 0.1 * colour[2]
}

impl Flaw {
    /// Changes the surface at `p`.
    pub fn alter(&self, p: Point, surface: &mut Surface) {
        let paint = &mut surface.paint;
        match self.defect {
            Defect::Scratch => {
                let (near, width) = self.stroke(p);
                if near < 2.2 {
                    let floor = smoothstep(1.0, 0.6, near);
                    let lip = smoothstep(0.8, 1.2, near) * smoothstep(2.2, 1.2, near);
                    surface.height += width * self.depth * (0.5 * lip - 1.2 * floor);
                    // On bright parts a scratch shows dark, on dark ones bright.
                    let bright = luminance(paint.colour);
                    let bare = if bright > 0.3 {
                        scaled(paint.colour, 0.3)
                    } else {
                        mixed(paint.colour, self.colour, 0.6)
                    };
                    let bare =
                        if paint.metal > 0.5 && bright <= 0.3 { scaled(paint.colour, 2.2) } else { bare };
                    paint.colour = mixed(paint.colour, bare, floor * self.strength);
                    paint.roughness += (0.5 - paint.roughness) * floor;
                }
            }
            Defect::Crack => {
                let (near, width) = self.stroke(p);
                if near < 2.0 {
                    let floor = smoothstep(1.05, 0.5, near);
                    surface.height -= width * 2.0 * self.depth * smoothstep(2.0, 0.3, near);
                    paint.colour = mixed(paint.colour, scaled(paint.colour, 0.06), floor);
                    paint.metal *= 1.0 - floor;
                    paint.roughness += (0.95 - paint.roughness) * floor;
                }
            }
            Defect::Dent => {
                let d = self.blob(p, 0.12) / self.size + 1.0;
                if d < 1.25 {
                    let bowl = (1.0 - d * d).max(0.0);
                    let lip = smoothstep(0.8, 1.0, d) * smoothstep(1.25, 1.0, d);
                    surface.height += self.size * self.depth * (0.1 * lip - 0.55 * bowl * bowl.sqrt());
                    paint.colour = scaled(paint.colour, 1.0 - 0.35 * bowl);
                    paint.roughness = (paint.roughness + 0.1 * bowl).min(1.0);
                }
            }
            Defect::Stain => {
                let d = self.blob(p, self.ragged);
                let soft = self.size * 0.25;
                if d < soft {
                    let t = smoothstep(soft, -soft, d);
                    // Dried liquids are darkest along their border.
                    let border = smoothstep(soft * 1.5, 0.0, d.abs()) * 0.25;
                    let cover = (t * self.strength * 0.85 + border * t).min(1.0);
                    let filtered = each(|i| paint.colour[i] * (self.colour[i] * 1.3 + 0.02));
                    paint.colour = mixed(paint.colour, mixed(filtered, self.colour, 0.45), cover);
                    paint.metal *= 1.0 - 0.8 * cover;
                    paint.roughness += (0.7 - paint.roughness) * cover;
                }
            }
            Defect::MissingPiece => {
                let gone = -self.blob(p, self.ragged);
                surface.distance = surface.distance.max(gone);
                let wall = smoothstep(-0.06, 0.0, gone);
                if wall > 0.0 {
                    let t = textures().grain.at(p.x * 0.4, p.y * 0.4);
                    surface.height *= 1.0 - wall * (0.5 + 0.2 * t);
                    paint.colour = scaled(paint.colour, 1.0 - wall * (0.4 + 0.2 * t));
                    paint.roughness += (0.9 - paint.roughness) * wall;
                }
            }
            Defect::Bend => {
                let f = self.falloff(p);
                surface.height += self.size * 0.5 * self.strength * f;
            }
            Defect::Hole => {
                let d = p.minus(self.at).length()
                    - self.size * (1.0 + 0.3 * (self.blob(p, 0.25) - self.blob(p, 0.0)));
                surface.distance = surface.distance.max(-d);
                let rim = smoothstep(0.05, 0.0, d);
                surface.height *= 1.0 - 0.6 * rim;
                paint.colour = scaled(paint.colour, 1.0 - 0.55 * rim);
            }
            Defect::Discolouration => {
                let d = self.blob(p, 0.15);
                let t = smoothstep(0.03, -0.05, d) * self.strength;
                if t > 0.0 {
                    let bright = (paint.colour[0] + paint.colour[1] + paint.colour[2]) / 3.0;
                    let mut other = self.colour;
                    // A hue near the part's own would be no defect: take the opposite one.
                    let apart: f32 = (0..3).map(|i| (other[i] - paint.colour[i]).abs()).sum();
                    if apart < 0.35 {
                        let top = other[0].max(other[1]).max(other[2]);
                        other = other.map(|v| top - v + 0.02);
                    }
                    let shaded = scaled(other, 0.7 + 0.6 * bright);
                    paint.colour = mixed(paint.colour, shaded, t);
                    paint.metal *= 1.0 - 0.6 * t;
                }
            }
            Defect::Contamination => {
                let d = self.blob(p, 0.35 + self.ragged);
                if d < 0.0 {
                    let k = smoothstep(0.0, -0.02, d);
                    let lump = self.grain.at(p, p.plus(self.offset));
                    surface.height += (self.size * 0.35 * bevel(d, self.size * 0.6) + lump.bump) * self.depth;
                    let mut colour = lump.colour;
                    let apart: f32 = (0..3).map(|i| (colour[i] - paint.colour[i]).abs()).sum();
                    if apart < 0.3 {
                        colour = if paint.colour[1] > 0.25 {
                            scaled(colour, 0.15)
                        } else {
                            scaled(srgb(220, 205, 170), 0.9)
                        };
                    }
                    paint.colour = mixed(paint.colour, colour, k);
                    paint.metal *= 1.0 - k;
                    paint.roughness += (lump.roughness - paint.roughness) * k;
                }
            }
            Defect::Chip => {
                let d = self.blob(p, 0.2);
                if d < 0.0 {
                    let deep = (-d / self.size).min(1.0);
                    // Where the flake broke off it is gone to the ground; around that it left a shell of steps.
                    surface.distance = surface.distance.max(-d - 0.55 * self.size);
                    let step = textures().blob.at(p.x * 0.5 + self.offset.x, p.y * 0.5);
                    surface.height *= 1.0 - smoothstep(0.0, 0.25, deep) * (0.45 + 0.4 * deep + 0.15 * step);
                    let raw = if luminance(paint.colour) > 0.3 {
                        mixed(scaled(paint.colour, 0.55), srgb(150, 120, 95), 0.4)
                    } else {
                        mixed(paint.colour, srgb(225, 220, 210), 0.6)
                    };
                    let k = smoothstep(0.0, 0.12, deep) * (0.6 + 0.4 * self.strength);
                    paint.colour = mixed(paint.colour, scaled(raw, 1.0 + 0.25 * step), k);
                    paint.roughness += (0.9 - paint.roughness) * k;
                    paint.metal *= 1.0 - 0.7 * k;
                    paint.clear *= 1.0 - k;
                }
            }
            Defect::Misprint => {
                let q = p.minus(self.at).unrotated(self.direction);
                let letter = Point::new(self.size * 0.24, self.size * 0.4);
                let half = Point::new(self.size, letter.y * (1 + self.form % 2) as f32);
                if q.x.abs() < half.x && q.y.abs() < half.y {
                    let seed = self.form as f32;
                    let sharp = lettering(q.plus(half), letter, seed);
                    // Printed twice, the second time beside the first.
                    let again = q.plus(half).plus(Point::new(0.3 * letter.x, 0.12 * letter.y));
                    let ink = sharp.max(0.6 * lettering(again, letter, seed)) * self.strength;
                    let dye =
                        if luminance(paint.colour) > 0.25 { srgb(25, 25, 40) } else { srgb(235, 232, 225) };
                    paint.colour = mixed(paint.colour, dye, ink);
                    paint.metal *= 1.0 - ink;
                    paint.roughness += (0.6 - paint.roughness) * ink;
                    paint.clear *= 1.0 - ink;
                }
            }
            Defect::ExtraComponent => {
                let q = p.minus(self.at).unrotated(self.direction).times(1.0 / self.size);
                let d = match self.form % 4 {
                    0 => hexagon(q, 0.75).max(0.4 - q.length()),
                    1 => rounded_box(q, Point::new(0.9, 0.45), 0.08),
                    2 => q.length() - 0.7,
                    _ => (q.length() - 0.75).max(0.3 - q.length()),
                } * self.size;
                if d < 0.0 {
                    let base = if surface.distance < 0.0 { surface.height } else { 0.0 };
                    *surface =
                        Surface { distance: d, height: 0.0, paint: self.grain.at(q, p.plus(self.offset)) };
                    let paint = &mut surface.paint;
                    surface.height = base + self.size * 0.45 * bevel(d, self.size * 0.25) + paint.bump;
                    match self.form % 4 {
                        // A resistor's ends are tinned, a screw's head is slotted.
                        1 if q.x.abs() > 0.62 => {
                            *paint =
                                Paint { colour: srgb(200, 200, 200), roughness: 0.3, metal: 0.9, ..*paint };
                        }
                        2 if q.y.abs() < 0.1 => {
                            surface.height -= 0.15 * self.size;
                            paint.colour = scaled(paint.colour, 0.45);
                        }
                        _ => {}
                    }
                } else if surface.distance <= FAR {
                    // It takes the room's light from where it touches.
                    paint.colour = scaled(paint.colour, 1.0 - 0.4 * smoothstep(0.2 * self.size, 0.0, d));
                }
            }
            Defect::Tear => {
                let (near, width) = self.stroke(p);
                let thread = 0.3 * textures().grain.at(p.x * 0.4 + self.offset.x, p.y * 0.4);
                let edge = near + thread.clamp(-0.35, 0.35);
                surface.distance = surface.distance.max((1.0 - edge) * width);
                let lip = smoothstep(2.4, 1.0, edge) * smoothstep(0.06, 0.0, (near - 1.0) * width);
                if lip > 0.0 {
                    surface.height += 0.03 * lip;
                    let frayed = if luminance(paint.colour) > 0.3 { 0.55 } else { 1.8 };
                    paint.colour = mixed(paint.colour, scaled(paint.colour, frayed), lip * self.strength);
                    paint.roughness += (0.9 - paint.roughness) * lip;
                }
            }
            Defect::Burr => {
                let f = self.falloff(p);
                if f > 0.0 {
                    let ragged = self.teeth(p);
                    surface.height += self.size * 0.3 * f * (ragged - 0.3);
                    let bare = if luminance(paint.colour) > 0.3 { 0.6 } else { 1.7 };
                    let rim = smoothstep(-0.5 * self.size, 0.0, surface.distance);
                    paint.colour = mixed(paint.colour, scaled(paint.colour, bare), f * rim * self.strength);
                    paint.roughness += (0.8 - paint.roughness) * f * rim;
                }
            }
        }
    }
}
