"""What clips are commonly about, and the words that give it away. English; small lists of our own."""

from __future__ import annotations

from clipsight.analysis.local.wordlist import words

FOODS = words(
    """
almond almonds apple apples asparagus avocado avocados bacon bagel banana bananas basil beans beef beet beets berries
blueberries bread breadcrumbs broccoli broth burger butter buttermilk cabbage cake cardamom carrot carrots cashews
cauliflower celery cheddar cheese cherries chicken chickpeas chili chilli chives chocolate cilantro cinnamon cocoa
coconut cod coffee cookie cookies coriander corn cornstarch courgette cream crumbs cucumber cucumbers cumin curry
dates dill dough dumplings egg eggplant eggs espresso feta fish flour garlic ginger gnocchi granola grapes gravy
greens halloumi ham hazelnuts herbs honey hummus jam juice kale ketchup lamb leek leeks lemon lemons lentils lettuce
lime limes lobster macaroni mango maple margarine mayo mayonnaise milk mint miso mozzarella mushroom mushrooms mustard
noodle noodles nutella nutmeg oat oatmeal oats oil olive olives omelette onion onions orange oranges oregano paneer
pancake pancakes paprika parmesan parsley pasta pastry peach peaches peanut peanuts pear pears peas pecans penne
pepper peppercorns peppers pesto pickles pineapple pistachios pizza pork potato potatoes prawns pudding pumpkin quinoa
radish raisins ramen raspberries rice ricotta risotto rosemary saffron sage salad salmon salsa salt sauce sausage
sausages scallions seeds sesame shallot shallots shrimp soda soup soy spaghetti spice spices spinach squash sriracha
steak stock strawberries strawberry sugar syrup tahini tea thyme toast tofu tomato tomatoes tortilla tortillas truffle
tuna turkey turmeric vanilla vegetables vinegar walnuts wine yeast yoghurt yogurt yolk yolks zest zucchini linguine
tagliatelle fettuccine lasagna pecorino gruyere mascarpone baguette croutons capers anchovies chorizo prosciutto
matcha
"""
)

COOKING_VERBS = words(
    """
add arrange assemble bake baste beat blanch blend boil braise bread brew broil brown brush caramelise caramelize char
chill chop coat combine cook cool cover crack cream crumble crush cube cut deglaze dice dip dissolve drain dredge
drizzle dry dust fill finish flip fold fry garnish glaze grate grease grill grind heat juice knead layer lay marinate
mash massage measure melt microwave mince mix pat peel poach pour preheat press prick puree reduce refrigerate remove
rest rinse roast roll rub saute sauté scatter scoop scramble score sear season serve set shake shape shred sieve sift
simmer sizzle skim slice smash soak soften spoon spread sprinkle squeeze steam steep stir strain stuff sweat swirl taste
tear thicken tip toast top toss transfer trim turn warm wash whip whisk wrap zest
"""
)

GENERAL_VERBS = words(
    """
adjust align apply attach blend breathe brush build buy call charge check choose clean click close connect copy create
cut delete dip download draw drag drill drive drop enter exhale export file fill find fix fold glue go grab hammer
hang hit hold import inhale insert install keep lay lift light line load lock log lower make mark measure mix move
nail open order paint paste peel pick place plant plug post press print prime pull push put raise record remove repeat
replace rest rinse roll rotate run sand save scan scroll search select send set sew shake sign slide sort spray
squeeze squat stand start step stitch stretch stick stop swap swipe take tap tape tie tighten trim turn twist type
upload use wait walk wash wear wipe wrap write zoom
"""
)

PLACES = words(
    """
airport bakery balcony bar barbershop bathroom beach bedroom boat cafe café camp campsite car church city classroom
clinic club court desert farm festival field forest garage garden gym home hospital hotel house island kitchen lake
library market mountains museum office park pool pub restaurant river roof rooftop salon school shop stadium store
studio supermarket temple terrace theatre theater track train trail van village waterfall workshop yard zoo apartment
backyard
"""
)

GENERIC_HASHTAGS = words(
    """
ad ads blowthisup capcut explore explorepage foru foryou foryoupage fy fyp fypage fypシ fypシ゚viral gifted instadaily
instagood instagram insta like likes love photooftheday reel reels reelsinstagram reelitfeelit short shorts
shortsvideo sponsored tiktok trend trending trendingreels video videos viral viralreels viralvideo viralvideos xyzbca
youtube youtubeshorts ytshorts follow followme parati pourtoi fürdich
"""
)
"""Tags that say nothing about the clip."""

_DOMAINS = {
    "cooking": """
recipe bake baking cook cooking fry frying oven pan skillet tablespoon teaspoon delicious dinner lunch breakfast meal
kitchen ingredients simmer whisk tasty dessert crispy sauce
""",
    "fitness": """
workout exercise squat squats lunge lunges plank pushup pushups reps sets gym muscle muscles glutes abs core cardio
dumbbell dumbbells barbell deadlift hiit stretch stretching warmup cooldown training yoga pilates biceps burpees
""",
    "beauty": """
makeup skincare lipstick mascara concealer blush serum moisturizer moisturiser sunscreen spf retinol foundation
eyeliner highlighter contour hair hairstyle nails skin lashes toner cleanser
""",
    "fashion": """
outfit outfits dress jeans jacket shoes sneakers blazer skirt sweater thrifted thrift style styling wardrobe handbag
heels accessories ootd lookbook fashion
""",
    "travel": """
travel trip flight flights hotel hostel airport beach itinerary passport island tour visit vacation holiday city
destination airbnb museum hiking landmark luggage
""",
    "technology": """
phone iphone android laptop app apps software ai chatgpt code coding python javascript computer camera battery screen
keyboard gadget gadgets internet website excel shortcut
""",
    "money": """
money invest investing stocks etf budget savings debt salary income crypto bitcoin mortgage interest tax taxes
dividend dividends finance financial credit bank
""",
    "music": """
song songs guitar piano chord chords melody album lyrics singer band concert beat drums producer remix vocals playlist
""",
    "sport": """
football soccer basketball tennis goal goals match league team player players coach score scored championship
tournament racket baseball cricket volleyball swimming marathon
""",
    "health": """
health doctor medicine symptoms disease vitamin vitamins supplement supplements sleep anxiety therapy diet calories
protein blood cancer diabetes hormones gut inflammation
""",
    "education": """
learn lesson exam students school university history science math maths equation vocabulary grammar biology physics
chemistry definition homework teacher study studying
""",
    "home and garden": """
diy paint furniture garden plants plant soil drill wall shelf decor declutter cleaning laundry stain renovation wood
screws hinge sofa bedroom
""",
    "pets": """
dog dogs puppy cat cats kitten pet pets vet leash paw paws treats aquarium hamster rabbit
""",
    "games": """
game games gaming gamer xbox playstation nintendo minecraft fortnite roblox level boss quest console speedrun
""",
    "news": """
breaking president government election minister police court parliament war protest report officials announced law
crisis
""",
    "family": """
baby toddler mom mum dad parents parenting kids newborn pregnancy pregnant family daughter son
""",
}

DOMAINS: dict[str, frozenset[str]] = {name: words(text) for name, text in _DOMAINS.items()}
DOMAINS["cooking"] |= FOODS
"""Words by domain, singular and plural where both are common."""
