//! Regions: what a person draws to be inspected and to be ignored.
//!
//! [`drawing::Drawing`] holds the tools and changes the regions of the bench; [`canvas::Canvas`] takes the pointer and the keys while
//! something is drawn; [`shapes::Shapes`] shows the areas over the picture, [`handles::Handles`] what the chosen one is held at;
//! [`panel::Panel`] has the tools and [`list::Areas`] the areas with their numbers. Results stay as they are until they are inspected
//! again.

mod canvas;
mod draft;
mod drawing;
mod grip;
mod handles;
mod history;
mod holding;
mod list;
mod note;
mod panel;
mod place;
mod shapes;
mod words;

pub use canvas::Canvas;
pub use drawing::Drawing;
pub use handles::Handles;
pub use note::RegionNote;
pub use panel::Panel;
pub use place::Scope;
pub use shapes::Shapes;
